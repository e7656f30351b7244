import { expect, it } from 'vitest';
import { StoreError } from '../src/errors.ts';
import { LastKnown } from '../src/last-known.ts';

const failing = (): Promise<string> => Promise.reject(new StoreError('gone'));

it('does not take up what was read before a change, and arrives after it', async () => {
  const known = new LastKnown<string>(10);
  const late = Promise.withResolvers<string>();
  const reading = known.read('server', () => late.promise);
  known.forget('server');
  await known.read('server', async () => 'new');
  late.resolve('old');
  await reading;
  expect(await known.read('server', failing)).toBe('new');
});
