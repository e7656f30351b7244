import { expect, it } from 'vitest';
import { guildUniverseSchema } from '../../../src/commands/universe/record.ts';
import { HOSTILE } from '../../support/tame.ts';

const MADE = {
  name: 'tech-10',
  tickers: ['BRK-B', '^GSPC', 'EURUSD=X', '7203.T', 'COCA-COLA'],
  createdBy: '200000000000000001',
  createdAt: '2024-01-01T00:00:00Z',
};

it('takes what creation takes', () => {
  expect(guildUniverseSchema.parse(MADE)).toEqual(MADE);
});

it.each([...HOSTILE, ''])('refuses another name, ticker or creator: %j', (text) => {
  for (const part of [{ name: text }, { tickers: ['AAA', text] }, { createdBy: text }])
    expect(guildUniverseSchema.safeParse({ ...MADE, ...part }).success).toBe(false);
});
