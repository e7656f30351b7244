import { afterAll, expect, it } from 'vitest';
import { inOneLine, mandateLines } from '../support/readme.ts';
import { temporaryHome } from '../support/tailcap.ts';
import { tailcapHere } from '../support/tailcap-here.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

const lines = mandateLines();

it('finds five command lines in the README', () => {
  expect(lines.map(({ args: [command], quotes }) => [command, quotes.length > 0])).toEqual([
    ...Array.from({ length: 4 }, () => ['allocate', true]),
    ['risk', true],
  ]);
});

it.concurrent.each(lines)('prints what the README quotes: $line', async ({ args, quotes }) => {
  const { stdout, stderr } = await tailcapHere(args, home);
  const printed = inOneLine(stdout + stderr);
  for (const quote of quotes) expect(printed).toContain(quote);
});
