import type { RecordAnswer, RecordRequest } from '../../src/engine-service/record.ts';
import type { DecisionOutcome } from '../../src/engine/backtest/types.ts';
import { summariseRecord } from '../../src/engine/record/record.ts';
import { DEFAULT_STRATEGY } from '../../src/engine/strategies/index.ts';
import { DEFAULT_SAMPLING, DEFAULTS } from '../../src/parse.ts';
import { parseLimits } from '../../src/parse-limits.ts';
import { mandateOver } from './mandate.ts';

interface Made {
  /** Decision dates, a month apart. */
  readonly dates?: number;
  /** The smallest limit that could be kept; limits above it are kept on more of the dates. */
  readonly smallest?: number;
  /** What losses are multiplied by: 1 keeps what was promised. */
  readonly harm?: number;
  readonly request?: Partial<RecordRequest>;
}

/** A month's market in units of its deviation, without randomness: every twentieth is a fall beyond value-at-risk. */
const marketOf = (at: number): number => (at % 20 === 13 ? -2 - (at % 3) / 4 : Math.sin(2.4 * at) * 1.2 + 0.45);

/** Of the month's market, about as they come. */
const QUANTILES = [-1.8, -0.75, -0.45, 0.45, 1.25, 1.5, 1.6];

const dayOf = (at: number): string => new Date(Date.UTC(2014, at, 15)).toISOString().slice(0, 10);

/** A record of made-up decisions, summarised as real ones are. */
export function recordAnswer({ dates = 120, smallest = 0.045, harm = 1, request = {} }: Made = {}): RecordAnswer {
  const asked: RecordRequest = {
    universe: { kind: 'named', name: 'us12' },
    strategy: DEFAULT_STRATEGY,
    mandate: mandateOver(21),
    limits: parseLimits(DEFAULTS.recordLimits, 'limits', 'terminal'),
    offsets: [0],
    sampling: DEFAULT_SAMPLING,
    ...request,
  };
  const decisionsOf = (at: number): DecisionOutcome[] => {
    const [date, until] = [dayOf(at), dayOf(at + 1)];
    const held = { date, until, weights: [1, 0] };
    const least = smallest + 0.015 * Math.sin(at / 9);
    const outcomeOf = (risk: number) => {
      const market = marketOf(at);
      const realised = (market < 0 ? harm : 1) * market * (risk / 2.2);
      return { realised, realisedNet: realised };
    };
    return [
      { ...held, limit: 'equal', status: 'optimal', predicted: 0.008, ...outcomeOf(0.07) },
      ...asked.limits.map((limit): DecisionOutcome => {
        const risk = Math.min(Math.max(limit, least), 0.12);
        return {
          ...held,
          limit,
          status: least <= limit ? 'optimal' : 'infeasible',
          predicted: 0.003 + risk / 12,
          valueAtRisk: 0.8 * risk,
          cvar: risk,
          freshCvar: 0.99 * risk,
          quantiles: QUANTILES.map((one) => one * (risk / 2.2)),
          minCvar: least,
          loosestLimit: 0.12,
          ...outcomeOf(risk),
        };
      }),
    ];
  };
  const decisions = Array.from({ length: dates }, (_, at) => decisionsOf(at)).flat();
  const walks = [{ offset: 0, decisions, kappas: Array.from({ length: dates }, () => 1.02) }];
  return {
    request: asked,
    universe: 'us12',
    tickers: ['AAA', 'BBB'],
    record: summariseRecord(walks, asked.mandate.risk.alpha),
    kappas: Array.from({ length: dates + 1 }, () => 1.02),
    walks,
    prices: { source: 'Yahoo Finance', from: '2010-01-04', until: '2024-01-15', stale: false, notes: [] },
    seconds: 61.2,
  };
}
