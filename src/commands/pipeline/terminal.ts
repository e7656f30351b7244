import { yearlyPeriods } from '../../engine/market.ts';
import { type InSample, type PipelineResult, runPipeline } from '../../engine/ranking/pipeline.ts';
import { forestWorth } from '../../engine/ranking/ranker.ts';
import { alignColumns, labelled, ratio, signedPercent, weightPercent, wholeNumber } from '../../format.ts';
import { DEFAULTS, RANGES } from '../../parse.ts';
import type { UniverseSpec } from '../../prices/universes.ts';
import { GAUSSIAN } from '../../prices/vendors/gaussian.ts';
import { JSON_HELP, namesAssets, UNIVERSE_HELP, UNIVERSE_OPTIONS, universeOf, whole } from '../../terminal/flags.ts';
import { historyOf } from '../../terminal/history.ts';
import { byTicker, pricesJson, roundSeconds } from '../../terminal/json.ts';
import type { TerminalCommand } from '../../terminal/terminal-command.ts';
import { withApp } from '../../terminal/with-app.ts';

const EPOCHS_APART = 5;
const TREES_RANGE = { min: 1, max: 2000 };
const PERIOD_RANGE = { min: 1, max: 63 };

export const pipelineCommand: TerminalCommand = {
  name: 'pipeline',
  summary: 'select features, optimise, train an LSTM and rank assets, step by step',
  help: `pipeline [--universe NAME | --prices FILE.csv [--tickers A,B] | --tickers A,B,C] [options]

The steps of "Asset Allocation Framework", by default on its own market, in which nothing can be foretold.

${UNIVERSE_HELP}
  --as-of YYYY-MM-DD     later prices are not used
  --trees 200            trees of the forest, ${TREES_RANGE.min} to ${TREES_RANGE.max}
  --period 5             trading days ahead over which returns are ranked, ${PERIOD_RANGE.min} to ${PERIOD_RANGE.max}
  --seed 1               the same seed and prices give the same answer
${JSON_HELP}`,
  options: {
    ...UNIVERSE_OPTIONS,
    'as-of': { type: 'string' },
    trees: { type: 'string' },
    period: { type: 'string' },
    seed: { type: 'string' },
  },
  run(flags, terminal) {
    const universe: UniverseSpec = namesAssets(flags) ? universeOf(flags) : { kind: 'named', name: GAUSSIAN.name };
    const seed = whole(flags, 'seed', RANGES.seed, DEFAULTS.seed);
    const params = { trees: whole(flags, 'trees', TREES_RANGE, 200), period: whole(flags, 'period', PERIOD_RANGE, 5) };
    return withApp(terminal, async (app) => {
      const started = performance.now();
      const { history, prices } = await historyOf(app, universe, flags, terminal);
      const result = await runPipeline(history, { params, seed, now: app.clock.now, onProgress: terminal.onProgress });
      const shown: Shown = { result, prices, periodsPerYear: yearlyPeriods(history.prices.dates), universe };
      const seconds = roundSeconds((performance.now() - started) / 1000);
      return { json: { ...resultJson(shown), seed, seconds }, text: describe(shown), exitCode: 0 };
    });
  },
};

interface Shown {
  readonly result: PipelineResult;
  readonly prices: Parameters<typeof pricesJson>[0];
  readonly periodsPerYear: number;
  readonly universe: UniverseSpec;
}

const SPLITS = [
  ['sharpeUnbounded', 'Highest Sharpe ratio, as written'],
  ['sharpe', 'Highest Sharpe ratio, long-only'],
  ['riskUnbounded', 'Minimum risk, as written'],
  ['risk', 'Minimum risk, long-only'],
] as const;

const yearlySharpe = ({ mean, deviation }: InSample, periodsPerYear: number): number =>
  (mean / deviation) * Math.sqrt(periodsPerYear);

const epochsShown = (losses: readonly number[]): { readonly epoch: number; readonly loss: number }[] =>
  losses.flatMap((loss, epoch) => (epoch % EPOCHS_APART === 0 ? [{ epoch, loss }] : []));

/** From the best to the worst. */
function ranked({ ranker: { tickers }, ranking: { expected, scores } }: PipelineResult) {
  return tickers
    .map((ticker, j) => ({ ticker, expected: expected[j]!, score: scores[j]! }))
    .toSorted((a, b) => b.expected - a.expected);
}

function resultJson({ result, prices, periodsPerYear }: Shown): object {
  const { ranker, split, network } = result;
  return {
    status: 'ran',
    features: Object.fromEntries(ranker.names.map((name, k) => [name, ranker.importances[k]])),
    selected: ranker.selected.map((column) => ranker.names[column]),
    rSquared: ranker.rSquared,
    splits: Object.fromEntries(
      SPLITS.map(([name]) => [
        name,
        { weights: byTicker(ranker.tickers, split[name].weights), sharpe: yearlySharpe(split[name], periodsPerYear) },
      ]),
    ),
    lstm: { ticker: network.ticker, losses: epochsShown(network.losses), predictions: network.predictions },
    ranked: ranked(result),
    params: ranker.params,
    prices: pricesJson(prices),
  };
}

/** A row of the table of splits. */
const row = (label: string, cell: (name: (typeof SPLITS)[number][0], k: number) => string): string[] => [
  label,
  ...SPLITS.map(([name], k) => cell(name, k)),
];

function describe({ result, prices, periodsPerYear, universe }: Shown): string {
  const { ranker, split, network } = result;
  const { period, trees } = ranker.params;
  const features = ranker.selected.map((column) => [
    ranker.names[column]!,
    signedPercent(ranker.importances[column]!, 3),
  ]);
  return [
    ...labelled([
      ['Prices', `${prices.source}, ${prices.from} to ${prices.until}`],
      ...prices.notes.map((note) => ['Note', note] as const),
      ['Features', `${ranker.names.length}; ${features.length} selected by a forest of ${wholeNumber(trees)} trees`],
    ]),
    '',
    ...alignColumns([['Feature', 'Importance'], ...features]),
    '',
    rankingWorth(ranker.rSquared, universe),
    '',
    ...alignColumns([
      row('Asset', (_name, k) => `(${k + 1})`),
      ...ranker.tickers.map((ticker, j) => row(ticker, (name) => weightPercent(split[name].weights[j]!))),
      row('Sharpe ratio', (name) => ratio(yearlySharpe(split[name], periodsPerYear), 2)),
    ]),
    ...SPLITS.map(([, title], k) => `(${k + 1}) ${title}`),
    'As written, weights sum to 1 and may be negative. The Sharpe ratios are of the days that the weights were chosen on: expect less.',
    '',
    `LSTM of ${network.ticker}:`,
    ...epochsShown(network.losses).map(({ epoch, loss }) => `Epoch ${epoch}, Loss: ${loss.toFixed(6)}`),
    `Sample predictions: ${network.predictions.map((one) => one.toFixed(4)).join(', ')}`,
    'It was trained on these days; `forecast` says what it is worth on others.',
    '',
    `Ranked returns over ${period} days ahead, less the mean of the assets:`,
    ...alignColumns(ranked(result).map(({ ticker, expected }) => [ticker, signedPercent(expected)])),
    'Not investment advice.',
    '',
  ].join('\n');
}

/** What the forest's forecasts are worth. */
export function rankingWorth(rSquared: number, universe: UniverseSpec): string {
  const isGaussian = universe.kind === 'named' && universe.name === GAUSSIAN.name;
  const none = ' Returns of this market are independent draws: what looks like skill in it is chance.';
  return `${forestWorth(rSquared)}${isGaussian ? none : ''}`;
}
