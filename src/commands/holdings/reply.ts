import { alignColumns, discordTime, money, quantity } from '../../format.ts';
import type { Held } from '../../held.ts';
import type { Reply } from '../../reply.ts';
import type { SavedHoldings } from '../saved-holdings.ts';

/** More would not fit into a reply. */
const MOST_ROWS = 60;

function tableOf({ positions, cash }: Held): string[] {
  const rows = [
    ...positions.map(({ ticker, units }) => [ticker, quantity(units)]),
    ...cash.map(({ amount, currency = 'of the prices' }) => [`Cash ${currency}`, money(amount)]),
  ];
  const more = rows.length - MOST_ROWS;
  return [...alignColumns([['Asset', 'Units'], ...rows.slice(0, MOST_ROWS)]), ...(more > 0 ? [`${more} more`] : [])];
}

const HOW = '`/allocate holdings:saved` uses it; `/holdings forget` deletes it. Nobody else sees it.';

export const savedReply = (held: Held): Reply => ({
  tone: 'info',
  title: 'Your holdings are saved',
  body: HOW,
  table: tableOf(held),
});

export function holdingsReply(saved: SavedHoldings | undefined): Reply {
  if (saved === undefined) return { tone: 'info', title: 'No holdings are saved', body: '`/holdings set` saves them.' };
  const { held, savedAt } = saved;
  return {
    tone: 'info',
    title: 'Your holdings',
    body: `Saved ${discordTime(Date.parse(savedAt), 'f')}. ${HOW}`,
    table: tableOf(held),
  };
}

export const forgottenReply = (had: boolean): Reply => ({
  tone: 'info',
  title: had ? 'Your holdings are deleted' : 'No holdings were saved',
  body: had
    ? 'Questions behind the buttons of earlier answers keep theirs for up to 30 days; `/privacy delete` deletes those too.'
    : 'There was nothing to delete.',
});
