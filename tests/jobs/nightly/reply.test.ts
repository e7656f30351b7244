import { describe, expect, it } from 'vitest';
import { givenUpReply, nightReply } from '../../../src/jobs/nightly/reply.ts';

describe('what operators are told of a night', () => {
  it('names what failed and what went wrong', () => {
    const reply = nightReply(Date.UTC(2026, 10, 20, 23, 30), 3, [
      { where: 'us12', what: 'retraining failed: a fault.' },
    ]);
    expect(reply.body).toBe('**us12**: retraining failed: a fault.');
    expect(reply.footer).toContain('2026-11-20 23:30 UTC, with 3 universes in use');
  });

  it('names a task that was given up, and when it was due', () => {
    expect(givenUpReply('report/1/r2', Date.UTC(2026, 10, 20, 23, 30)).body).toMatch(
      /^\*\*report\/1\/r2\*\*, which was due at 2026-11-20 23:30 UTC, /,
    );
  });

  it('fits into an embed, however much went wrong', () => {
    const troubles = Array.from({ length: 40 }, (_, k) => ({ where: `universe-${k}`, what: 'no prices '.repeat(100) }));
    const { body = '' } = nightReply(0, 40, troubles);
    expect(body.length).toBeLessThan(4096);
    expect(body).toMatch(/universe-14\*\*: [^\n]*…\n… and 25 more: see the log\.$/);
  });
});
