// What a portfolio would have done in stretches of its assets' past.
import { DAY_MS } from '../../durations.ts';
import { drawdowns } from '../metrics.ts';
import type { Prices } from '../types.ts';

/** Months that people remember. */
export interface Episode {
  /** What happened, in a few words. */
  readonly event: string;
  /** ISO days, both included. */
  readonly from: string;
  readonly until: string;
}

/** In the order of time. */
const EPISODES: readonly Episode[] = [
  { event: 'the dot-com bust', from: '2000-09-01', until: '2002-09-30' },
  { event: 'the financial crisis', from: '2008-09-01', until: '2009-02-28' },
  { event: 'the euro debt crisis', from: '2011-08-01', until: '2011-09-30' },
  { event: 'rising interest rates', from: '2018-10-01', until: '2018-12-31' },
  { event: 'the pandemic', from: '2020-02-01', until: '2020-03-31' },
  { event: 'inflation', from: '2022-01-01', until: '2022-09-30' },
  { event: 'tariffs', from: '2025-02-01', until: '2025-04-30' },
];

/** A stretch, with what was bought at its start and held. */
export interface Replay extends Episode {
  /** The portfolio's. */
  readonly return: number;
  /** The deepest fall from a high within the stretch, positive. */
  readonly maxDrawdown: number;
  /** (n) */
  readonly returns: readonly number[];
}

/** Close enough before the stretch to be the close that it starts from. */
const MOST_DAYS_BEFORE = 10;

/** The episodes that lie within the prices. @param weights (n); what they lack of 1 is cash */
export function replayEpisodes(prices: Prices, weights: readonly number[]): Replay[] {
  const { dates } = prices;
  return EPISODES.flatMap((episode) => {
    const start = dates.findLastIndex((date) => date < episode.from);
    const end = dates.findLastIndex((date) => date <= episode.until);
    const isWhole =
      start !== -1 &&
      end > start &&
      Date.parse(episode.from) - Date.parse(dates[start]!) <= MOST_DAYS_BEFORE * DAY_MS &&
      Date.parse(episode.until) - Date.parse(dates[end]!) <= MOST_DAYS_BEFORE * DAY_MS;
    return isWhole ? [replay(prices, weights, { ...episode, start, end })] : [];
  });
}

/** The H days in which the portfolio, bought at their start, lost most. There must be more days than H. */
export function replayWorst(prices: Prices, weights: readonly number[], horizonDays: number): Replay {
  const { dates, closes } = prices;
  const outcomes = dates.slice(horizonDays).map((_, start) => heldFor(closes, weights, start, start + horizonDays));
  const start = outcomes.reduce((worst, outcome, at) => (outcome < outcomes[worst]! ? at : worst), 0);
  const end = start + horizonDays;
  const [from, until] = [dates[start]!, dates[end]!];
  return replay(prices, weights, { event: 'its worst days', from, until, start, end });
}

interface Stretch extends Episode {
  /** Rows of the close that is bought at, and of the last. */
  readonly start: number;
  readonly end: number;
}

function replay({ closes }: Prices, weights: readonly number[], { start, end, ...episode }: Stretch): Replay {
  const rows = Array.from({ length: end - start + 1 }, (_, day) => start + day);
  const equity = rows.map((row) => 1 + heldFor(closes, weights, start, row));
  return {
    ...episode,
    return: equity.at(-1)! - 1,
    maxDrawdown: Math.max(...drawdowns(equity)),
    returns: closes[start]!.map((close, j) => closes[end]![j]! / close - 1),
  };
}

/** The return of what was bought on one row and held until another. */
function heldFor(
  closes: readonly (readonly number[])[],
  weights: readonly number[],
  start: number,
  end: number,
): number {
  const [bought, last] = [closes[start]!, closes[end]!];
  return weights.reduce((sum, weight, j) => sum + weight * (last[j]! / bought[j]! - 1), 0);
}
