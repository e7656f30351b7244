import { describe, expect, it } from 'vitest';
import { alertReply, orphanReply, uncheckedReply } from '../../../src/commands/alert/message.ts';
import { mandateOver } from '../../support/mandate.ts';
import { expectTame, HOSTILE } from '../../support/tame.ts';

const alert = {
  id: '3',
  universe: 'us12',
  mandate: mandateOver(21, { limit: 0.08 }),
};
const prices = {
  source: 'Yahoo Finance',
  from: '2016-01-04',
  until: '2026-11-20',
  stale: false,
  notes: ['BBB does not move on 30% of days: coarse or seldom traded prices.'],
};
const fired = { alert, smallest: { minCvar: 0.09123 }, prices, now: Date.parse('2026-11-21T12:00:00Z') };

describe('the message of an alert', () => {
  it('names the limit, the query, the smallest limit that can be kept, and the day of the prices', () => {
    const reply = alertReply({ ...fired, fires: 'infeasible' });
    expect(reply).toMatchObject({
      tone: 'warning',
      title: 'A limit of 8% can no longer be kept · 21 trading days · us12',
      body: expect.stringContaining(
        'keeps a limit below **9.13%** now, on the average loss in the worst 5% of scenarios (CVaR)',
      ),
      fields: [
        { name: 'Smallest limit that can be kept now', value: '9.13%' },
        { name: 'Your limit', value: '8% (CVaR 95%)' },
        { name: 'Prices', value: `Yahoo Finance, until 2026-11-20 (1 day old). ${prices.notes[0]}` },
      ],
    });
    expect(reply.footer).toContain('Not investment advice. This is alert 3; /alert remove deletes it.');
    expect(reply).not.toHaveProperty('buttons');
  });

  it('states the risk together with the good news', () => {
    const reply = alertReply({ ...fired, smallest: { minCvar: -0.01 }, fires: 'feasible' });
    expect(reply.title).toContain('A limit of 8% can be kept again');
    expect(reply.body).toContain('losses can exceed any limit');
    // No smaller limit can be asked for.
    expect(reply.fields?.[0]?.value).toBe('0.01%');
  });

  it('restates the whole question, and blames the bounds', () => {
    const mandate = { ...alert.mandate, constraints: [{ kind: 'max-weight', weight: 0.4 } as const] };
    const bound = { ...alert, mandate, settingsUsed: { parts: ['max-weight'] } };
    const asked =
      "\nAsked: limit 8%, us12, 21 trading days, alpha 95%; at most 40% per asset, from the server's settings at that time.";
    const { body } = alertReply({ ...fired, alert: bound, fires: 'infeasible' });
    expect(body).toMatch(/^Within these bounds, no split of these assets keeps/);
    expect(body).toContain(asked);
    expect(alertReply({ ...fired, alert: bound, smallest: { minCvar: 0.05 }, fires: 'feasible' }).body).toContain(
      asked,
    );
    expect(orphanReply(bound).body).toContain(asked);
    expect(alertReply({ ...fired, fires: 'infeasible' }).body).toMatch(/^No split of these assets keeps/);
  });

  it('is amber where it is extrapolation', () => {
    const reply = alertReply({ ...fired, smallest: { minCvar: -0.01 }, fires: 'feasible' });
    expect(reply.tone).toBe('warning');
    expect(reply.body).toContain('Extrapolation: ');
    expect(alertReply({ ...fired, smallest: { minCvar: 0.05 }, fires: 'feasible' }).tone).toBe('info');
  });

  it('calls nothing impossible where the search ended early', () => {
    const reply = alertReply({ ...fired, smallest: { minCvar: 0.09, minimumGap: 0.0123 }, fires: 'infeasible' });
    expect(reply.title).toMatch(/^No split is found any more that keeps a limit of 8% · /);
    expect(reply.body).toMatch(
      /^No split of these assets was found that keeps a limit below \*\*9\.00%\*\* now, .*: the search ended early, and another split may lose up to 1\.23% less\./,
    );
    expect(reply.fields?.[0]).toEqual({ name: 'Smallest limit found now', value: '9.00%' });
  });

  it('names the server of the universe', () => {
    const { fields } = alertReply({ ...fired, fires: 'infeasible', server: 'Traders' });
    expect(fields).toContainEqual({ name: 'Universe', value: 'us12 of Traders' });
    expect(orphanReply(alert, 'Traders').body).toContain(
      '**us12** no longer exists in Traders, or I am no longer there.',
    );
  });

  it('says how to remove an alert whose universe is gone', () => {
    expect(orphanReply(alert).body).toMatch(/\*\*us12\*\* no longer exists.*It is alert 3; \/alert remove deletes it/);
  });
});

it.each(HOSTILE)(
  'what a vendor offers for an unknown ticker is tame where an alert could not be checked: %j',
  (text) => {
    const sentence = `Yahoo Finance has no prices of ABC: did you mean ABCD (${text})?`;
    const { body = '' } = uncheckedReply({ alert, since: '2026-11-19T12:00:00.000Z', sentence });
    expect(body).toContain('did you mean ABCD');
    expectTame(body);
  },
);
