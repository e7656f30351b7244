import { renderPng } from '../charts/render.ts';
import { decideDay } from '../engine/backtest/decide.ts';
import { judge as judgeBacktest } from '../engine/backtest/judge.ts';
import { compareWalks } from '../engine/compare/compare.ts';
import type { History } from '../engine/history.ts';
import { checkMandate } from '../engine/optimize/check-mandate.ts';
import { frontier } from '../engine/optimize/frontier.ts';
import { priceFrontier, type PricedFrontier } from '../engine/priced-frontier.ts';
import { createPricing, createJudge } from '../engine/samples.ts';
import { lookAt } from '../engine/portfolio/look.ts';
import { applyViews } from '../engine/views/apply.ts';
import { summariseRecord } from '../engine/record/record.ts';
import { explainContradictions } from '../engine/optimize/contradictions.ts';
import { askedOf, createBehindPricing, keepingUp } from '../engine/optimize/behind-margin.ts';
import type { RiskProblem } from '../engine/optimize/problem.ts';
import { buy } from '../engine/purchase.ts';
import { decideContext, drawSamples, scaledSamples } from '../engine/strategies/drawn.ts';
import { tradesAndPositions } from '../engine/constraints/beyond-bounds.ts';
import { equalWeights } from '../engine/equal-weights.ts';
import { explain } from '../engine/explanation.ts';
import { findStrategy } from '../engine/strategies/index.ts';
import { type Model, type Score, isSound } from '../engine/strategies/strategy.ts';
import { forecastWeeks } from '../engine/weekly-study/forecast.ts';
import { errorCode, UserError } from '../errors.ts';
import { hopelessTraining } from '../engine/hopeless-training.ts';
import { onSharedMemory } from './shared-memory.ts';
import type { Handlers, Tasks, UnusableModel } from './task-types.ts';

const now = (): number => performance.now();

const fit: Handlers<Tasks>['fitPast'] = ({ strategy, history, params, ...context }, onProgress) =>
  findStrategy(strategy).fit(history, params, { ...context, onProgress, now });

const fitPart: Handlers<Tasks>['fitPart'] = async ({ strategy: id, history, params, part, seed }, onProgress) => {
  const { split } = findStrategy(id);
  if (split === undefined) throw new TypeError(`the fit of ${id} has no parts`);
  return split.fit(history, params, part, { seed, onProgress, now });
};

/** A model that was trained well, and forecasts absurdly all the same. */
class UnsoundModelError extends Error {}

/** @throws UnsoundModelError when the model forecasts the newest days absurdly */
async function checkSound(id: string, model: Model, history: History): Promise<void> {
  const score = await findStrategy(id).score?.(model, history);
  if (score === undefined || isSound(score)) return;
  const { energyScore, errorRatio } = score;
  throw new UnsoundModelError(
    `its forecasts of the newest days are not sound: their squared error is ${errorRatio.toPrecision(3)} times that of an average, their score ${energyScore}`,
  );
}

/** Whether work with a model has failed by the model: neither by the request, nor for want of memory, nor of the system. */
const isModelsFault = (error: unknown): boolean =>
  !(error instanceof UserError || error instanceof RangeError || error instanceof WebAssembly.RuntimeError) &&
  errorCode(error) === undefined;

/** @returns what the work gives, or why its model cannot be used @throws whatever is no fault of the model */
async function unlessUnusable<T>(work: () => Promise<T>): Promise<T | UnusableModel> {
  try {
    return await work();
  } catch (error) {
    if (!isModelsFault(error)) throw error;
    return { unusable: error instanceof Error ? error.message : String(error) };
  }
}

const simulate: Handlers<Tasks>['simulatePast'] = async (order, onProgress) =>
  onSharedMemory(await drawSamples(order, { onProgress, now }));

/** The work itself, without threads. */
export const HANDLERS: Handlers<Tasks> = {
  async fit(input, onProgress) {
    const model = await fit(input, onProgress);
    try {
      await checkSound(input.strategy, model, input.history);
    } catch (error) {
      throw error instanceof UnsoundModelError ? hopelessTraining(error.message) : error;
    }
    return model;
  },
  fitPart,
  fitPast: fit,
  fitPartPast: fitPart,
  async score({ strategy: id, history, champion, challenger }) {
    const strategy = findStrategy(id);
    const scoreOf = async (model: Model): Promise<Score> => {
      if (strategy.score === undefined) throw new TypeError(`the models of ${id} cannot be compared`);
      return strategy.score(model, history);
    };
    const scored = await unlessUnusable(() => scoreOf(champion));
    return { champion: 'unusable' in scored ? undefined : scored, challenger: await scoreOf(challenger) };
  },
  simulate: (order, onProgress) =>
    unlessUnusable(async () => {
      await checkSound(order.strategy, order.model, order.history);
      return simulate(order, onProgress);
    }),
  simulatePast: simulate,
  check: ({ mandate, tickers }) => checkMandate(mandate, tickers),
  async decide({ mandates, drawn, explains = false, ...options }, onProgress) {
    const context = { ...decideContext(drawn, { onProgress, now }), ...options };
    const [mandate] = mandates;
    const { tickers } = drawn.source;
    const decisions = await explainContradictions(askedOf({ tickers, mandate, samples: context.samples }), () =>
      findStrategy(drawn.strategy).decide(drawn.source, mandates, context),
    );
    const { trading } = tradesAndPositions(mandate.constraints, tickers, mandate.held);
    const price = createPricing(context.samples, mandate.risk.alpha, trading);
    const [first] = decisions;
    const priceBehind = createBehindPricing({ tickers, mandate, samples: context.samples });
    const behind = first && first.status !== 'failed' && priceBehind?.(first.portfolio.weights);
    const asked = { ...context, strategy: drawn.strategy, tickers, mandate };
    return {
      decisions,
      equalWeight: price(equalWeights(tickers)),
      ...(behind && { behind: behind.cvar }),
      explanation: explains ? await explain(decisions[0]!, asked) : {},
    };
  },
  async buy({ order, drawn }) {
    const { samples, fresh } = decideContext(drawn, { now });
    const { portfolio, ...bought } = await buy(order, samples);
    const { tickers, mandate, heldUnits, closes, amount } = order;
    const { alpha } = mandate.risk;
    const judge = createJudge(fresh, alpha);
    const held = heldUnits && tickers.map((_, j) => (heldUnits[j]! * closes[j]!) / amount);
    const before = held && judge(createPricing(samples, alpha)(held));
    return { ...bought, portfolio: judge(portfolio), ...(before && { before }) };
  },
  async frontier({ drawn, tickers, mandate, points }) {
    const samples = scaledSamples(drawn);
    const trace = async (problem: RiskProblem): Promise<PricedFrontier> =>
      priceFrontier(await frontier({ ...problem, points }), samples, problem.alpha, problem.trading);
    return explainContradictions(askedOf({ tickers, mandate, samples }), () =>
      keepingUp({ tickers, mandate, samples }, trace, (traced) =>
        [traced.minimum, ...traced.points].map(({ weights }) => weights),
      ),
    );
  },
  look: async ({ order, drawn }) => lookAt(scaledSamples(drawn), order),
  view: async ({ drawn, views }) => onSharedMemory(applyViews(drawn, views)),
  decidePast: (day) => decideDay(day, { now }),
  judge: async (input) => judgeBacktest(input),
  compare: async (input) => compareWalks(input),
  summarise: async ({ walks, alpha }) => summariseRecord(walks, alpha),
  forecastWeeks: (order, onProgress) => forecastWeeks(order, { onProgress, now }),
  chart: (spec) => renderPng(spec),
};
