import { expect, it } from 'vitest';
import {
  deletedReply,
  removedReply,
  savedReply,
  universeReply,
  universesReply,
} from '../../../src/commands/universe/reply.ts';
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

it.each(HOSTILE)('a name and tickers are shown tame, however they were stored: %j', (text) => {
  const universe = { name: text, title: '2 assets', vendor: 'yahoo', owner: 'guild' as const, tickers: [text, 'BBB'] };
  const replies = [
    universesReply({ universes: [universe], settings: {} }),
    universeReply(universe),
    removedReply(text, [text], [text, 'BBB']),
    deletedReply(text, [], true),
  ];
  expect(replies.every(({ body }) => body)).toBe(true);
  for (const { title, body = '' } of replies) for (const shown of [title, body]) expectTame(shown);
});
