import { describe, expect, it } from 'vitest';
import { nightlyFailureReply } from '../../../src/jobs/nightly/reply.ts';

describe('the failure report of a nightly run', () => {
  it('names what failed and what went wrong', () => {
    const reply = nightlyFailureReply(Date.UTC(2026, 10, 20, 23, 30), 3, [
      { subject: 'us12', message: 'retraining failed: a fault.' },
    ]);
    expect(reply.body).toBe('**us12**: retraining failed: a fault.');
    expect(reply.footer).toContain('2026-11-20 23:30 UTC, 3 universes in use');
  });

  it('fits into an embed, however much went wrong', () => {
    const failures = Array.from({ length: 40 }, (_, k) => ({
      subject: `universe-${k}`,
      message: 'no prices '.repeat(100),
    }));
    const { body = '' } = nightlyFailureReply(0, 40, failures);
    expect(body.length).toBeLessThan(4096);
    expect(body).toMatch(/universe-14\*\*: [^\n]*…\n… and 25 more: see the log\.$/);
  });

  it('cuts between characters', () => {
    const { body } = nightlyFailureReply(0, 1, [{ subject: 'us12', message: '📉'.repeat(300) }]);
    expect(body).toBe(`**us12**: ${'📉'.repeat(239)}…`);
  });
});
