import { readSeriesCsv } from '../../prices/vendors/csv.ts';
import type { PriceSeries } from '../../prices/series.ts';
import { ownFrequency, periodCloses, type Frequency } from '../../engine/periods.ts';
import { PER_YEAR, yearlyPeriods } from '../../engine/market.ts';
import { describeQuality } from '../../engine/quality/check.ts';
import { equalWeightBasket, tearSheet, type TearSheet } from '../../engine/metrics.ts';
import { UserError } from '../../errors.ts';
import { labelled, percent, plural, ratio, signedPercent } from '../../format.ts';
import { RANGES } from '../../parse.ts';
import { lossText } from '../limits.ts';
import type { TerminalCommand, Flags } from '../../terminal/terminal-command.ts';
import { JSON_HELP, dayOf, flag, rate, requiredFlag, splitNames } from '../../terminal/flags.ts';
import { finiteOnly } from '../../terminal/json.ts';

/** The period of a return, the most frequent first. */
const PERIODS: Readonly<Record<Frequency, string>> = { daily: 'day', weekly: 'week', monthly: 'month' };

export const metricsCommand: TerminalCommand = {
  name: 'metrics',
  summary: 'print the tear sheet of a price series or an equally weighted basket',
  help: `metrics --prices FILE.csv [options]

  --prices FILE.csv      prices of your own: date,TICKER,… with adjusted closes
  --tickers A,B          these columns; several form an equally weighted basket, rebalanced every period.
                         Default: all columns except indices such as ^IXIC, or the only one
  --from YYYY-MM-DD      the first day
  --until YYYY-MM-DD     the last day
  --frequency daily      period of the returns: daily, weekly (last close of each week) or monthly (last close
                         of each month); an unfinished week or month is left out. Default: that of the prices
  --risk-free 0%         annual risk-free rate for the Sharpe ratio; may be negative
${JSON_HELP}

A year has 252 days (365 where weekends are traded), 52 weeks or 12 months. Value-at-risk and CVaR are per period, at 95%.
A ratio to a risk of zero, such as the Sortino ratio without a loss, is undefined and left out.`,
  options: {
    prices: { type: 'string' },
    tickers: { type: 'string' },
    from: { type: 'string' },
    until: { type: 'string' },
    frequency: { type: 'string' },
    'risk-free': { type: 'string' },
  },
  async run(flags) {
    const [asked, riskFree] = [askedFrequency(flags), rate(flags, 'risk-free', RANGES.riskFree, 0)];
    const names = flag(flags, 'tickers');
    const span = { from: dayOf(flags, 'from'), until: dayOf(flags, 'until') };
    const file = requiredFlag(flags, 'prices', 'prices.csv');
    const series = await readSeriesCsv(file, span, names === undefined ? undefined : splitNames(names, 1));
    const report = measure(series, frequencyOf(series, asked), riskFree);
    return { json: reportJson(report), text: describe(report), exitCode: 0 };
  },
};

function askedFrequency(flags: Flags): Frequency | undefined {
  const value = flag(flags, 'frequency');
  if (value === undefined || value === 'daily' || value === 'weekly' || value === 'monthly') return value;
  throw new UserError(`--frequency takes daily, weekly or monthly; got "${value}".`, { option: 'frequency' });
}

/** @throws UserError when the prices come less often than asked */
function frequencyOf({ dates, source }: MetricsReport['series'], asked: Frequency | undefined): Frequency {
  const own = ownFrequency(dates);
  const frequencies = Object.keys(PERIODS);
  if (asked === undefined || frequencies.indexOf(asked) >= frequencies.indexOf(own)) return asked ?? own;
  throw new UserError(`${source} has ${own} prices: --frequency ${asked} needs more; leave it out or take ${own}.`, {
    option: 'frequency',
  });
}

interface MetricsReport {
  readonly series: PriceSeries & { readonly source: string };
  readonly frequency: Frequency;
  readonly riskFree: number;
  /** Days of the first and the last close. */
  readonly from: string;
  readonly until: string;
  readonly figures: TearSheet;
}

function measure(series: MetricsReport['series'], frequency: Frequency, riskFree: number): MetricsReport {
  const { dates, closes } = periodCloses(series, frequency);
  const period = PERIODS[frequency];
  const [from, until] = [dates[0], dates.at(-1)];
  if (from === undefined || until === undefined || dates.length < 2) {
    throw new UserError(
      `From ${series.dates[0]} to ${series.dates.at(-1)} there are ${plural(dates.length, `${period}'s end`, `${period}s' ends`)}; a return needs two: take a longer span or another frequency.`,
      { option: 'frequency' },
    );
  }
  const periodsPerYear = frequency === 'daily' ? yearlyPeriods(series.dates) : PER_YEAR[frequency];
  const figures = tearSheet(equalWeightBasket(closes), { periodsPerYear, riskFree });
  return { series, frequency, riskFree, from, until, figures };
}

/** What was done to the prices, and what looks wrong with daily ones. All their days count in the figures. */
function notesOf(series: MetricsReport['series']): readonly string[] {
  if (ownFrequency(series.dates) !== 'daily') return series.notes;
  return [...series.notes, ...describeQuality(series, 'the figures count those days')];
}

const reportJson = ({ series, frequency, riskFree, from, until, figures }: MetricsReport): object => ({
  status: 'measured',
  ...finiteOnly(figures),
  tickers: series.tickers,
  frequency,
  riskFree,
  prices: { source: series.source, from, until, stale: false, notes: notesOf(series) },
});

function describe({ series, frequency, riskFree, from, until, figures }: MetricsReport): string {
  const { tickers, source } = series;
  const notes = notesOf(series);
  const period = PERIODS[frequency];
  const basket = tickers.length > 1 ? `, equally weighted, rebalanced every ${period}` : '';
  const lines = labelled([
    ['Assets', `${tickers.join(', ')}${basket}`],
    ['Prices', `${source}, ${from} to ${until}, ${plural(figures.periods, period)}`],
    ['Total return', signedPercent(figures.totalReturn)],
    ['Annual return', signedPercent(figures.annualReturn)],
    ['Volatility', percent(figures.volatility)],
    ['Sharpe ratio', `${ratio(figures.sharpe)} (risk-free rate ${percent(riskFree)})`],
    ['Sortino ratio', ratio(figures.sortino)],
    ['Maximum drawdown', percent(figures.maxDrawdown)],
    ['Calmar ratio', ratio(figures.calmar)],
    ['Value-at-risk 95%', `${lossText(figures.valueAtRisk)} per ${period}`],
    ['CVaR 95%', `${lossText(figures.cvar)} per ${period}`],
  ]);
  return [...lines, ...(notes.length > 0 ? ['', ...notes] : []), ''].join('\n');
}
