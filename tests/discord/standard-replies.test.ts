import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { replyToError } from '../../src/discord/standard-replies.ts';
import { UserError } from '../../src/errors.ts';

const log = pino({ enabled: false });
const { signal } = new AbortController();

describe('replyToError', () => {
  it("names the option as Discord's form does", () => {
    const error = new UserError('max-weight lies between 0% and 100%.', { option: 'max-weight' });
    const { outcome, reply } = replyToError(error, { log, signal });
    expect({ outcome, ...reply }).toMatchObject({ outcome: 'refused', title: 'Please check max_weight' });
  });

  it('shows what a member can correct even while the bot stops, and says of every other error that it restarts', () => {
    const stopping = { log, signal: AbortSignal.abort() };
    expect(replyToError(new UserError('No such ticker.'), stopping).outcome).toBe('refused');
    expect(replyToError(new Error('aborted'), stopping).outcome).toBe('restarting');
    expect(replyToError(new Error('a bug'), { log, signal }).outcome).toBe('fault');
  });
});
