import { expect, it } from 'vitest';
import { priceField } from '../../src/commands/provenance.ts';
import { replyToText } from '../../src/terminal/output.ts';
import { expectTame, HOSTILE } from '../support/tame.ts';

const NOW = Date.parse('2026-11-21');
const fieldOf = (note: string) =>
  priceField({ source: 'Yahoo Finance', from: '2020-01-02', until: '2026-11-20', stale: false, notes: [note] }, NOW);

it.each(HOSTILE)('what a vendor says of its prices is tame in an answer: %j', (text) => {
  const { value } = fieldOf(`Yahoo Finance gave no new prices of AAA (${text}).`);
  expect(value).toContain('until 2026-11-20');
  expectTame(value);
});

it('the terminal shows it without escapes', () => {
  const note = 'the vendor said [a](b) | *c*, as in max_weight';
  expect(replyToText({ tone: 'info', title: 'x', fields: [fieldOf(note)] })).toContain(note);
});
