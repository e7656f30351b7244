// How far answers are from what they say, beside what the past shows: another judge, another seed.
import { readPricesCsv } from '../src/prices/vendors/csv.ts';
import { historyUntil } from '../src/engine/history.ts';
import { loadTf } from '../src/engine/lstm/backend.ts';
import { train } from '../src/engine/lstm/train.ts';
import { splitMarket } from '../src/engine/market.ts';
import { withLimit, type Mandate } from '../src/engine/mandate.ts';
import { cvar, portfolioLosses } from '../src/engine/risk.ts';
import { decideContext, drawSamples } from '../src/engine/strategies/drawn.ts';
import { DEFAULT_STRATEGY, findStrategy } from '../src/engine/strategies/index.ts';
import { DEFAULTS } from '../src/parse.ts';

export interface AnswerFigures {
  readonly answers: number;
  /** The share of answers whose CVaR on 100,000 further scenarios is within the limit × 1.005. */
  readonly keptByJudge: number;
  /** ½ Σ|Δw| between the answers of two seeds. */
  readonly movedBySeed: number;
}

const [DATES, LIMITS, JUDGES] = [30, [0.05, 0.06, 0.08, 0.1, 0.12, 0.15], 100_000];
const now = () => performance.now();

export async function measureAnswers(file: string, from: string): Promise<AnswerFigures> {
  const { assets: prices } = splitMarket((await readPricesCsv(file)).prices);
  const backend = await loadTf();
  const strategy = findStrategy(DEFAULT_STRATEGY.id);
  const mandate: Mandate = { horizonDays: DEFAULTS.horizon, constraints: [], risk: { alpha: DEFAULTS.alpha } };
  const first = prices.dates.findIndex((date) => date >= from);
  const step = Math.floor((prices.dates.length - first) / DATES);
  const [kept, moved]: [boolean[], number[]] = [[], []];
  for (let row = first; row < prices.dates.length; row += step) {
    const history = historyUntil(prices, prices.dates[row]);
    const model = await train(history, { backend, recipe: 'filtered', seed: 1, now });
    const weights = await Promise.all(
      [1, 2].map(async (seed) => {
        const sampling = { scenarios: DEFAULTS.scenarios, seed };
        const order = { strategy: strategy.id, model, history, horizonDays: mandate.horizonDays, sampling };
        const drawn = await drawSamples(order, { now });
        const [one, ...more] = LIMITS.map((limit) => withLimit(mandate, limit));
        const decisions = await strategy.decide(drawn.source, [one!, ...more], decideContext(drawn, { now }));
        const judge = await strategy.simulate(drawn.source, {
          now,
          sampling: { scenarios: JUDGES, seed: 1000 + seed },
        });
        return decisions.map((decision, k) => {
          if (decision.status !== 'optimal') return undefined;
          kept.push(cvar(portfolioLosses(judge, decision.portfolio.weights), DEFAULTS.alpha) <= LIMITS[k]! * 1.005);
          return decision.portfolio.weights;
        });
      }),
    );
    LIMITS.forEach((_, k) => {
      const [a, b] = [weights[0]![k], weights[1]![k]];
      if (a && b) moved.push(a.reduce((sum, weight, j) => sum + Math.abs(weight - b[j]!), 0) / 2);
    });
  }
  return {
    answers: kept.length,
    keptByJudge: kept.filter(Boolean).length / kept.length,
    movedBySeed: moved.reduce((sum, one) => sum + one, 0) / moved.length,
  };
}
