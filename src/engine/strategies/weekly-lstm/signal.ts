import { z } from 'zod';
import { ratio } from '../../../format.ts';
import { MIN_DAYS } from '../../history.ts';
import type { Prices } from '../../types.ts';
import type { Signal, SignalContext } from '../signal-generator.ts';
import { codec } from './codec.ts';
import {
  columnOf,
  forecastChanges,
  hyperOf,
  partOf,
  LOOK_BACK,
  paramsSchema,
  skillAgainstPersistence,
  type StockModel,
  trainStock,
  weeklyCloses,
  type WeeklyModel,
  paramsFor,
  settingsWith,
  type WeeklyParams,
  type WeeklySettings,
} from './model.ts';

/** What the networks say of the next week. Plain data. */
export interface WeeklySignal {
  /** ISO day of the last close of the last week that is over. */
  readonly week: string;
  /** (n) By what each price is to change until the end of the next week, a fraction. */
  readonly changes: readonly number[];
}

type Forecasters = Pick<WeeklyModel, 'stocks'>;

const skillsOf = ({ stocks }: Forecasters): number[] => stocks.map(({ errors }) => skillAgainstPersistence([errors]));

const skillOf = ({ stocks }: Forecasters): number => skillAgainstPersistence(stocks.map(({ errors }) => errors));

/** Whether forecasts were better than none, judged by the figure that is shown. */
function skillSentence(model: Forecasters): string {
  const [skills, all] = [skillsOf(model), ratio(skillOf(model))];
  const better = skills.filter((skill) => skill > 0).length;
  const verdict = Number(all) > 0 ? 'beat' : 'do not beat';
  return `The weekly forecasts ${verdict} "next week's price is this week's": skill ${all}, above 0 for ${better} of ${skills.length} assets.`;
}

const partsSchema = z.array(z.custom<StockModel>((part) => part instanceof Object && 'network' in part));

/** Both trainings of an asset with 256 units, per day of prices. */
const SECONDS_PER_DAY = 0.012;

function trainOne(
  prices: Prices,
  settings: WeeklySettings,
  column: number,
  context: SignalContext,
): Promise<StockModel> {
  const { closes } = weeklyCloses(prices);
  return trainStock({ ticker: prices.tickers[column]!, closes: columnOf(closes, column), settings }, context);
}

async function trainAll(
  prices: Prices,
  settings: WeeklySettings,
  { onProgress, ...context }: SignalContext,
): Promise<StockModel[]> {
  const stocks: StockModel[] = [];
  for (const column of prices.tickers.keys()) {
    const part = partOf(onProgress, column, prices.tickers.length);
    stocks.push(await trainOne(prices, settings, column, { ...context, onProgress: part }));
  }
  return stocks;
}

export const weeklySignal: Signal<WeeklyParams, WeeklyModel, WeeklySignal> = {
  recipe: 'weekly-lstm',
  params: paramsSchema,
  needs: { frequency: 'daily', minDays: MIN_DAYS },
  settingsOf(params) {
    const settings = settingsWith(params);
    return [settings, hyperOf(settings)];
  },
  paramsOf: paramsFor,
  split: {
    count: ({ prices }) => prices.tickers.length,
    fit: ({ prices }, params, part, context) => trainOne(prices, settingsWith(params), part, context),
  },
  async fit({ prices }, params, { parts, ...context }) {
    const { tickers } = prices;
    const settings = settingsWith(params);
    const stocks = parts === undefined ? await trainAll(prices, settings, context) : partsSchema.parse(parts);
    if (stocks.length !== tickers.length) throw new Error(`${stocks.length} models of ${tickers.length} assets`);
    return { ...settings, tickers, stocks };
  },
  async read({ target, tickers, stocks }, { prices }) {
    if (tickers.join() !== prices.tickers.join()) throw new Error('the weekly models are of other assets');
    const { dates, closes } = weeklyCloses(prices);
    const last = dates.length - 1;
    const forecasts = await Promise.all(
      stocks.map((stock, j) => forecastChanges(stock, target, columnOf(closes, j), [last])),
    );
    return { week: dates[last]!, changes: forecasts.map(([change]) => change!) };
  },
  skillOf,
  worthOf: skillSentence,
  codec,
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
        ['Forecasts', skillSentence(model)],
      ],
    };
  },
  fitSeconds: (assets, days, params) => assets * days * SECONDS_PER_DAY * (settingsWith(params).units / 256) ** 2,
};
