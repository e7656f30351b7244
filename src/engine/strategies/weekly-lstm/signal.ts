import { z } from 'zod';
import { ratio } from '../../../format.ts';
import { MIN_DAYS } from '../../history.ts';
import { columnOfRows } from '../../matrix.ts';
import type { Prices } from '../../types.ts';
import type { SignalLearner, SignalContext } from '../signal-generator.ts';
import { weeklyCodec } from './codec.ts';
import {
  forecastChanges,
  networkHyper,
  partProgress,
  LOOK_BACK,
  weeklyParamsSchema,
  skillAgainstPersistence,
  type StockModel,
  trainStock,
  weeklyCloses,
  type WeeklyModel,
  weeklyParamsOf,
  networkParams,
  type WeeklyParams,
  type NetworkParams,
} from './model.ts';

/** What the networks say of the next week. Plain data. */
export interface WeeklyReading {
  /** ISO day of the last close of the last week that is over. */
  readonly week: string;
  /** (n) By what each price is to change until the end of the next week, a fraction. */
  readonly changes: readonly number[];
}

type StockModels = Pick<WeeklyModel, 'stocks'>;

const skillsOf = ({ stocks }: StockModels): number[] => stocks.map(({ errors }) => skillAgainstPersistence([errors]));

const totalSkill = ({ stocks }: StockModels, forecaster?: 'constant'): number =>
  skillAgainstPersistence(
    stocks.map(({ errors }) => errors),
    forecaster,
  );

/** Whether forecasts were better than none, and than a constant, judged by the figures that are shown. */
function weeklyWorth(model: StockModels): string {
  const [skills, all, constant] = [skillsOf(model), ratio(totalSkill(model)), ratio(totalSkill(model, 'constant'))];
  const better = skills.filter((skill) => skill > 0).length;
  const verdict = Number(all) > 0 ? 'beat' : 'do not beat';
  const beside = Number(all) > Number(constant) ? 'more' : 'no more';
  return `The weekly forecasts ${verdict} "next week's price is this week's": skill ${all}, above 0 for ${better} of ${skills.length} assets; ${beside} than a constant, the mean change before, which has ${constant}.`;
}

const partsSchema = z.array(z.custom<StockModel>((part) => part instanceof Object && 'network' in part));

/** Both trainings of an asset with 256 units, per day of prices. */
const SECONDS_PER_DAY = 0.012;

function trainOne(prices: Prices, params: NetworkParams, column: number, context: SignalContext): Promise<StockModel> {
  const { closes } = weeklyCloses(prices);
  return trainStock({ ticker: prices.tickers[column]!, closes: columnOfRows(closes, column), params }, context);
}

async function trainAll(
  prices: Prices,
  params: NetworkParams,
  { onProgress, ...context }: SignalContext,
): Promise<StockModel[]> {
  const stocks: StockModel[] = [];
  for (const column of prices.tickers.keys()) {
    const part = partProgress(onProgress, column, prices.tickers.length);
    stocks.push(await trainOne(prices, params, column, { ...context, onProgress: part }));
  }
  return stocks;
}

export const weeklyLearner: SignalLearner<WeeklyParams, WeeklyModel, WeeklyReading> = {
  recipe: 'weekly-lstm',
  params: weeklyParamsSchema,
  needs: { frequency: 'daily', minDays: MIN_DAYS },
  settingsOf(params) {
    const full = networkParams(params);
    return [full, networkHyper(full)];
  },
  paramsOf: weeklyParamsOf,
  split: {
    count: ({ prices }) => prices.tickers.length,
    fit: ({ prices }, params, part, context) => trainOne(prices, networkParams(params), part, context),
  },
  async fit({ prices }, params, { parts, ...context }) {
    const { tickers } = prices;
    const full = networkParams(params);
    const stocks = parts === undefined ? await trainAll(prices, full, context) : partsSchema.parse(parts);
    if (stocks.length !== tickers.length) throw new Error(`${stocks.length} models of ${tickers.length} assets`);
    return { ...full, tickers, stocks };
  },
  async read({ target, tickers, stocks }, { prices }) {
    if (tickers.join() !== prices.tickers.join()) throw new Error('the weekly models are of other assets');
    const { dates, closes } = weeklyCloses(prices);
    const last = dates.length - 1;
    const changes: number[] = [];
    // One after the other: at work a network takes five times the memory of its weights.
    for (const [j, stock] of stocks.entries())
      changes.push(...(await forecastChanges(stock, target, columnOfRows(closes, j), [last])));
    return { week: dates[last]!, changes };
  },
  skillOf: totalSkill,
  worthOf: weeklyWorth,
  codec: weeklyCodec,
  describe(model) {
    const { target, units, tickers, stocks } = model;
    const bestEpochs = stocks.map(({ network }) => network.losses.bestEpoch);
    const skills = skillsOf(model);
    return {
      parameters: { target, units },
      results: {
        bestEpochs: Object.fromEntries(tickers.map((ticker, j) => [ticker, bestEpochs[j]])),
        skills: Object.fromEntries(tickers.map((ticker, j) => [ticker, skills[j]])),
      },
      lines: [
        ['Forecasts of', `${target === 'price' ? 'prices' : 'returns'}, from the last ${LOOK_BACK} weeks`],
        ['Networks', `one an asset, two layers of ${units} units`],
        ['Best epochs', `${Math.min(...bestEpochs)} to ${Math.max(...bestEpochs)}`],
        ['Forecasts', weeklyWorth(model)],
      ],
    };
  },
  fitSeconds: (assets, days, params) => assets * days * SECONDS_PER_DAY * (networkParams(params).units / 256) ** 2,
};
