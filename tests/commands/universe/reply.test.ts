import { expect, it } from 'vitest';
import { savedReply } from '../../../src/commands/universe/reply.ts';
import { UserError } from '../../../src/errors.ts';
import { expectTame, HOSTILE } from '../../support/tame.ts';

it.each(HOSTILE)('what prices and their vendor say of a saved universe is tame: %j', (text) => {
  const described = {
    source: 'Yahoo Finance',
    stale: false,
    from: '2020-01-02',
    until: '2026-11-20',
    days: 1_700,
    calendar: 'weekdays' as const,
    assets: [],
    notes: [text],
    refusal: new UserError(text),
  };
  const saved = { name: 'tech', tickers: ['AAA', 'BBB'], notes: [text], described };
  const { body = '', fields = [] } = savedReply(saved, 'Created.', Date.parse('2026-11-21'));
  expect(fields.map(({ name }) => name)).toEqual(['Prices', 'Warning']);
  for (const shown of [body, ...fields.map(({ value }) => value)]) expectTame(shown);
});
