// The model with memory `window` beside the one with memory `carried`, on real prices before 2012:
// `node bench/memory.ts` (about five minutes). docs/decisions/2026-11-21-carried-state.md has the result.
import { readPricesCsv } from '../src/prices/vendors/csv.ts';
import { dailyReturns, historyUntil } from '../src/engine/history.ts';
import type { Memory, LstmModel } from '../src/engine/lstm/lstm-model.ts';
import { loadTf } from '../src/engine/lstm/backend.ts';
import type { Backend } from '../src/engine/lstm/backend.ts';
import { batchingOf } from '../src/engine/lstm/batching.ts';
import { standardise } from '../src/engine/lstm/blocks.ts';
import { loadKernel } from '../src/engine/lstm/kernel/load.ts';
import { readNetwork } from '../src/engine/lstm/network.ts';
import { train } from '../src/engine/lstm/train.ts';
import { createTrainer } from '../src/engine/lstm/trainer.ts';
import { drawScenarios } from '../src/engine/lstm/scenarios.ts';
import type { Matrix, Prices } from '../src/engine/types.ts';
import { sharedFile } from '../tests/support/shared-files.ts';
import { crps, energyScore, mean, pairedDifference } from './scores.ts';

const memories: readonly Memory[] = ['window', 'carried'];
/** A model is trained at the end of each of these years and used until the end of the next one's. */
const trainingYears = [1997, 1999, 2001, 2003, 2005, 2007, 2009];
const lastYear = 2011;
const seeds = [1, 2];
const horizon = 21;
const scenarios = 1000;
const now = () => performance.now();

const COMPARED = ['one-step error', 'CRPS', 'energy score'] as const;

type Score = (typeof COMPARED)[number] | 'mean alone';

/** The scores of one model on one decision date. */
type Scores = Record<Score, number>;

interface Outcome {
  /** By decision date, in the same order for every memory and seed. */
  readonly scores: readonly Scores[];
  readonly trainingSeconds: number;
  readonly drawingSeconds: number;
}

/** A training and the decisions that use it, as rows of the prices. Decisions are `horizon` days apart. */
interface Period {
  readonly trainedAt: number;
  readonly decisions: readonly number[];
}

const lastRowOf = ({ dates }: Prices, year: number): number => dates.findLastIndex((date) => date <= `${year}-12-31`);

function periods(prices: Prices): Period[] {
  return trainingYears.map((year, i) => {
    const trainedAt = lastRowOf(prices, year);
    const end = lastRowOf(prices, trainingYears[i + 1] ?? lastYear);
    const count = Math.floor((end - trainedAt) / horizon);
    return { trainedAt, decisions: Array.from({ length: count }, (_, k) => trainedAt + k * horizon) };
  });
}

/**
 * Mean squares of each decision's `horizon` daily returns, standardised: of the errors of forecasts made the day
 * before, and of those of the training mean.
 */
async function dailyErrors(model: LstmModel, prices: Prices, decisions: readonly number[]) {
  const { hyper } = model.manifest;
  const returns = dailyReturns(prices);
  const [from, to] = [decisions[0]!, decisions.at(-1)! + horizon];
  const series = { data: standardise(returns, model.manifest), cols: returns.cols };
  const reader = createTrainer(await loadKernel(), readNetwork(model), hyper);
  const predictions = batchingOf(hyper).predictBlock(reader, { series, hyper }, { from, to });
  const actual = series.data.subarray(from * series.cols, to * series.cols);
  const size = horizon * series.cols;
  return decisions.map((_, k) => {
    const days = Array.from({ length: size }, (_day, i) => k * size + i);
    return {
      'one-step error': mean(days.map((i) => (actual[i]! - predictions[i]!) ** 2)),
      'mean alone': mean(days.map((i) => actual[i]! ** 2)),
    };
  });
}

function equalWeight({ rows, cols, data }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, m) => mean([...data.subarray(m * cols, (m + 1) * cols)]));
}

async function scoreMemory(backend: Backend, prices: Prices, memory: Memory, seed: number): Promise<Outcome> {
  const scores: Scores[] = [];
  let [trainingSeconds, drawingSeconds] = [0, 0];
  for (const { trainedAt, decisions } of periods(prices)) {
    const started = now();
    const past = historyUntil(prices, prices.dates[trainedAt]);
    const model = await train(past, { backend, recipe: 'filtered', seed, now, hyper: { memory } });
    trainingSeconds += (now() - started) / 1000;
    const errors = await dailyErrors(model, prices, decisions);
    for (const [k, row] of decisions.entries()) {
      const begun = now();
      const history = historyUntil(prices, prices.dates[row]);
      const drawn = await drawScenarios({ model, history, horizon, scenarios, seed: row, now });
      drawingSeconds += (now() - begun) / 1000;
      const actual = prices.closes[row + horizon]!.map((close, j) => close / prices.closes[row]![j]! - 1);
      scores.push({
        ...errors[k]!,
        CRPS: crps(equalWeight(drawn), mean(actual)),
        'energy score': energyScore(drawn, actual),
      });
    }
  }
  return { scores, trainingSeconds, drawingSeconds };
}

/** (dates), the mean over the seeds. */
function column(outcomes: readonly Outcome[], name: Score): number[] {
  return outcomes[0]!.scores.map((_, date) => mean(outcomes.map(({ scores }) => scores[date]![name])));
}

function describe(name: Score, window: readonly Outcome[], carried: readonly Outcome[]): string {
  const [a, b] = [column(window, name), column(carried, name)];
  const { difference, error, t } = pairedDifference(b, a);
  const figures = [mean(a), mean(b), difference, error].map((value) => value.toFixed(6).padStart(10));
  return `${name.padEnd(15)} window ${figures[0]}, carried ${figures[1]}, difference ${figures[2]} ± ${figures[3]}, t ${t.toFixed(2)}`;
}

if (import.meta.main) {
  const { prices } = await readPricesCsv(sharedFile('data/prices/us20_skfolio_1990_2022.csv'));
  const backend = await loadTf();
  const outcomes: Record<Memory, Outcome[]> = { window: [], carried: [] };
  for (const seed of seeds) {
    for (const memory of memories) {
      const outcome = await scoreMemory(backend, prices, memory, seed);
      outcomes[memory].push(outcome);
      const { trainingSeconds, drawingSeconds } = outcome;
      console.log(
        `seed ${seed}, ${memory}: ${outcome.scores.length} dates, ${trainingYears.length} trainings in ` +
          `${trainingSeconds.toFixed(1)} s, drawing ${drawingSeconds.toFixed(1)} s`,
      );
    }
  }
  for (const name of COMPARED) console.log(describe(name, outcomes.window, outcomes.carried));
  const forecastOf = (memory: Memory) =>
    pairedDifference(column(outcomes[memory], 'one-step error'), column(outcomes[memory], 'mean alone'));
  for (const memory of memories) {
    const { difference, error, t } = forecastOf(memory);
    console.log(
      `${memory}: one-step error less the mean's ${difference.toFixed(6)} ± ${error.toFixed(6)}, t ${t.toFixed(2)}`,
    );
  }
}
