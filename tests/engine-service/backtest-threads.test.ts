// A backtest by the app itself: its threads, its store, its models.
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { DecisionOutcome } from '../../src/engine/backtest/types.ts';
import type { Constraint } from '../../src/engine/constraints/index.ts';
import { withLimit } from '../../src/engine/mandate.ts';
import type { OnProgress, Prices } from '../../src/engine/types.ts';
import type { BacktestAnswer } from '../../src/engine-service/answers.ts';
import type { BacktestRequest } from '../../src/engine-service/requests.ts';
import { writePricesCsv } from '../support/prices-csv.ts';
import { changedFrom } from '../support/random-prices.ts';
import { temporaryHome } from '../support/tailcap.ts';
import { market, options } from './backtest-fixture.ts';

const { home, remove } = temporaryHome();
const apps: Awaited<ReturnType<typeof createApp>>[] = [];
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  remove();
});

/** An app that has seen nothing yet, and the prices in a file. */
async function open(prices: Prices, threads = 2) {
  const name = join(home, String(apps.length));
  const config = readConfig({
    STORE_URL: `sqlite:${name}.sqlite`,
    MODELS_DIR: `${name}-models`,
    LOG_LEVEL: 'error',
    WORKER_THREADS: String(threads),
  });
  const logged: string[] = [];
  const app = await createApp(config, { logTo: { write: (line) => void logged.push(line) } });
  apps.push(app);
  const file = `${name}.csv`;
  writePricesCsv(file, prices, prices.tickers.length, prices.dates.length);
  const backtest = (changed: Partial<BacktestRequest> = {}, onProgress?: OnProgress): Promise<BacktestAnswer> =>
    app.engine.backtest(
      { ...options, retrainDays: 0, until: market.dates[540]!, ...changed, universe: { kind: 'csv', file } },
      { onProgress },
    );
  return { app, file, backtest, logged };
}

const trades: Constraint[] = [
  { kind: 'max-turnover', weight: 0.1 },
  { kind: 'cost', rate: 0.001 },
];

/** All of a decision that was there before its outcome. */
const before = ({
  date,
  limit,
  status,
  weights,
  predicted,
  valueAtRisk,
  cvar,
  freshCvar,
  minCvar,
}: DecisionOutcome) => ({
  date,
  limit,
  status,
  weights,
  figures: [predicted, valueAtRisk, cvar, freshCvar, minCvar],
});

const decidedUntil = ({ result }: BacktestAnswer, row: number) =>
  result.decisions.filter(({ date }) => date <= market.dates[row]!).map(before);

describe('a backtest', () => {
  it.each([
    ['a new model for each decision', { retrainDays: 0 }],
    ['a model that goes on from the one before', { retrainDays: 10, isWarmStarted: true, window: 505 }],
    ['trades from the decision before, at a cost', { mandate: { ...options.mandate, constraints: trades } }],
  ])('decides nothing by prices that come after: %s', async (_what, changed) => {
    // Decisions at rows 510, 520 and 530; the market is another one from row 521 on.
    const [real, other] = [await open(market), await open(changedFrom(market, 521))];
    // At once, because the decisions of each come one after the other.
    const [first, second] = await Promise.all([real.backtest(changed), other.backtest(changed)]);
    expect(decidedUntil(first, 520)).toHaveLength(2 * 4);
    expect(decidedUntil(second, 520)).toEqual(decidedUntil(first, 520));
    expect(decidedUntil(second, 530)).not.toEqual(decidedUntil(first, 530));
    // The changed prices were there to be seen.
    expect(second.result.decisions[7]?.realised).not.toBe(first.result.decisions[7]?.realised);
  });

  // One decision: by recipe filtered, later ones follow from how those before them came out.
  it.each(['plain', 'filtered'])('decides what allocate answers as of that day: recipe %s', async (recipe) => {
    const strategy = { ...options.strategy, params: { recipe } };
    const { app, file, backtest } = await open(market);
    const asked = { strategy, from: market.dates[530]! };
    const { result } = await backtest({ ...asked, limits: [0.04] });
    const single = result.decisions.filter(({ limit }) => limit === 0.04);
    const several = (await backtest({ ...asked, limits: [0.001, 0.03, 0.04] })).result.decisions;
    expect(single).toHaveLength(1);
    for (const decision of single) {
      const { allocation } = await app.engine.allocate({
        universe: { kind: 'csv', file },
        strategy,
        mandate: withLimit(options.mandate, 0.04),
        sampling: options.sampling,
        asOf: decision.date,
      });
      expect(allocation.status).toBe(decision.status);
      const { portfolio: best, minimum } = allocation;
      expect(decision).toMatchObject({
        weights: best.weights,
        predicted: best.expectedReturn,
        valueAtRisk: best.valueAtRisk,
        cvar: best.cvar,
        freshCvar: best.freshCvar,
        minCvar: minimum?.leastLimit,
      });
      // The optimiser is warm from the limits before, which may move the last digits.
      const beside = several.find(({ date, limit }) => date === decision.date && limit === 0.04);
      for (const [j, weight] of best.weights.entries())
        expect(beside?.weights[j]).toBeCloseTo(weight, recipe === 'plain' ? 6 : 2);
    }
    expect(single.some(({ status }) => status === 'optimal')).toBe(true);
  });

  it('gives the same on one thread and on several', async () => {
    const [one, three] = [await open(market, 1), await open(market, 3)];
    expect((await three.backtest()).result).toEqual((await one.backtest()).result);
  });

  it('ends with the program, at once and without a word in the log', async () => {
    const { app, backtest, logged } = await open(market);
    const begun = Promise.withResolvers<void>();
    const running = backtest({ sampling: { scenarios: 100_000, seed: 1 } }, () => begun.resolve());
    const ended = Promise.allSettled([running]);
    await begun.promise;
    await app.close();
    expect(await ended).toMatchObject([{ status: 'rejected', reason: { message: 'the worker pool is closed' } }]);
    expect(logged).toEqual([]);
  });

  it('ends its threads when no caller waits, and lets other requests be answered meanwhile', async () => {
    const { app, file, backtest } = await open(market);
    const abort = new AbortController();
    const running = app.engine.backtest(
      { ...options, retrainDays: 0, sampling: { scenarios: 200_000, seed: 1 }, universe: { kind: 'csv', file } },
      { signal: abort.signal },
    );
    const ended = Promise.allSettled([running]);
    const answer = await app.engine.allocate({
      universe: { kind: 'csv', file },
      strategy: options.strategy,
      mandate: { horizonDays: 5, constraints: [], risk: { alpha: 0.9, limit: 0.05 } },
      sampling: { scenarios: 200, seed: 1 },
    });
    expect(answer.allocation.status).toBe('optimal');
    abort.abort(new Error('enough'));
    expect(await ended).toMatchObject([{ status: 'rejected', reason: { message: 'enough' } }]);
    expect((await backtest()).result.decisions).toHaveLength(12);
  });
});
