import { type AssetForecast, beatsMean, forecastAssets } from '../../engine/forecast/forecast.ts';
import { alignColumns, labelled, listNames, plural, signedPercent, wholeNumber } from '../../format.ts';
import { DEFAULTS, RANGES } from '../../parse.ts';
import { JSON_HELP, UNIVERSE_HELP, UNIVERSE_OPTIONS, universeOf, whole } from '../../terminal/flags.ts';
import { historyOf } from '../../terminal/history.ts';
import { pricesJson, roundSeconds } from '../../terminal/json.ts';
import type { TerminalCommand } from '../../terminal/terminal-command.ts';
import { withApp } from '../../terminal/with-app.ts';

export const forecastCommand: TerminalCommand = {
  name: 'forecast',
  summary: "forecast each asset's next day, and say whether such forecasts were worth anything",
  help: `forecast (--universe NAME | --prices FILE.csv [--tickers A,B] | --tickers A,B,C) [options]

${UNIVERSE_HELP}
  --as-of YYYY-MM-DD     forecast the day after that day: later prices are not used
  --seed 1               the same seed and prices give the same forecasts
${JSON_HELP}

An LSTM of two layers of 32 units an asset reads the last 20 daily returns. Skill is 1 - squared error of the forecasts / that
of the mean, over past days whose models had seen no later day.`,
  options: { ...UNIVERSE_OPTIONS, 'as-of': { type: 'string' }, seed: { type: 'string' } },
  run(flags, terminal) {
    const [universe, seed] = [universeOf(flags), whole(flags, 'seed', RANGES.seed, DEFAULTS.seed)];
    return withApp(terminal, async (app) => {
      const started = performance.now();
      const { history, prices } = await historyOf(app, universe, flags, terminal);
      const { onProgress } = terminal;
      const forecasts = await forecastAssets(history.prices, { seed, now: app.clock.now, onProgress });
      const seconds = roundSeconds((performance.now() - started) / 1000);
      return {
        json: {
          status: 'forecast',
          forecasts: Object.fromEntries(forecasts.map((one) => [one.ticker, forecastJson(one, forecasts.length)])),
          seed,
          prices: pricesJson(prices),
          seconds,
        },
        text: describe(forecasts, prices),
        exitCode: 0,
      };
    });
  },
};

const forecastJson = ({ nextDay, mean, skill }: AssetForecast, assets: number): object => ({
  nextDay,
  mean,
  skill: skill.value,
  days: skill.days,
  beatsMean: beatsMean(skill, assets),
});

/** What the forecasts are worth. */
export function forecastsWorth(forecasts: readonly AssetForecast[]): string {
  const better = forecasts.filter(({ skill }) => beatsMean(skill, forecasts.length));
  const days = wholeNumber(Math.max(...forecasts.map(({ skill }) => skill.days)));
  if (better.length === 0) {
    return `On ${days} past days, no forecast beat the mean of the returns before it by more than chance: expect the mean instead.`;
  }
  const names = listNames(
    better.map(({ ticker }) => ticker),
    4,
  );
  const others = forecasts.length - better.length;
  return `On ${days} past days, forecasts of ${names} beat the mean of the returns before them by more than chance${others > 0 ? `; of ${plural(others, 'asset')} expect the mean instead` : ''}.`;
}

function describe(forecasts: readonly AssetForecast[], prices: Parameters<typeof pricesJson>[0]): string {
  const table = alignColumns([
    ['Asset', 'Next day', 'Mean', 'Skill'],
    ...forecasts.map(({ ticker, nextDay, mean, skill }) => [
      ticker,
      signedPercent(nextDay),
      signedPercent(mean),
      signedPercent(skill.value),
    ]),
  ]);
  const about = labelled([
    ['Prices', `${prices.source}, until ${prices.until}`],
    ...prices.notes.map((note) => ['Note', note] as const),
  ]);
  return [...about, '', ...table, '', forecastsWorth(forecasts), 'Not investment advice.', ''].join('\n');
}
