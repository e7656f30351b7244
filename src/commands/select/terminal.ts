import { basename } from 'node:path';
import type { App } from '../../app.ts';
import { daysBetween, lastDays, rowsUntil } from '../../engine/history.ts';
import { findTicker, nameOfSector, splitMarket } from '../../engine/market.ts';
import { equalWeightBasket } from '../../engine/metrics.ts';
import { betasOf, type Candidate, type Selected, selectAssets, type SelectionOptions } from '../../engine/selection.ts';
import { mean } from '../../engine/statistics.ts';
import type { Prices } from '../../engine/types.ts';
import { UserError } from '../../errors.ts';
import { alignColumns, labelled, plural, ratio, wholeNumber } from '../../format.ts';
import type { RawPrices } from '../../prices/raw-prices.ts';
import { groupsOfTyped } from '../../prices/universes.ts';
import { readVolumesCsv } from '../../prices/vendors/csv.ts';
import { dayOf, flag, JSON_HELP, UNIVERSE_HELP, UNIVERSE_OPTIONS, universeOf, whole } from '../../terminal/flags.ts';
import type { Flags, Output, TerminalCommand } from '../../terminal/terminal-command.ts';
import { withApp } from '../../terminal/with-app.ts';

const text = { type: 'string' } as const;

/** Of the days that volume and beta are measured on. */
const DAYS = { min: 20, max: 10_000 };

const SELECT_DEFAULTS = { top: 12, perSector: 2, days: 252 } as const;

export const selectCommand: TerminalCommand = {
  name: 'select',
  summary: 'select assets by how much they are traded, and by how they move with the market',
  help: `select (--universe NAME | --prices FILE.csv --volumes FILE.csv | --tickers A,B,C) [options]

${UNIVERSE_HELP}
  --volumes FILE.csv     units traded a day: date,TICKER,… as the prices; needed where the prices have none
  --top ${SELECT_DEFAULTS.top}               how many to select
  --per-sector ${SELECT_DEFAULTS.perSector}         how many of each of the five most active sectors come first, where sectors are known
  --rest volume          how the others are chosen: volume (most traded) or beta (nearest to 1)
  --days ${SELECT_DEFAULTS.days}             the newest trading days that volume and beta are measured on
  --as-of YYYY-MM-DD     select as of that day: later prices are not used
${JSON_HELP}

Beta is measured against the index among the assets (^IXIC), or against all of them in equal weights.`,
  options: { ...UNIVERSE_OPTIONS, volumes: text, top: text, 'per-sector': text, rest: text, days: text, 'as-of': text },
  run(flags, terminal) {
    const options = optionsOf(flags);
    const universe = universeOf(flags);
    const file = flag(flags, 'volumes');
    return withApp(terminal, async (app: App): Promise<Output> => {
      const given = file === undefined ? undefined : { ...(await readVolumesCsv(file)), where: basename(file) };
      const { asOf: until } = options;
      const { prices, source } = await app.prices.history(universe, { onProgress: terminal.onProgress, until });
      const measured = measure(prices, given, options);
      return outputOf({ ...measured, source, selected: selectAssets(measured.candidates, options) });
    });
  },
};

interface SelectOptions extends SelectionOptions {
  readonly days: number;
  readonly asOf: string | undefined;
}

function optionsOf(flags: Flags): SelectOptions {
  const rest = flag(flags, 'rest') ?? 'volume';
  if (rest !== 'volume' && rest !== 'beta')
    throw new UserError(`--rest takes volume or beta; got "${rest}".`, { option: 'rest' });
  return {
    top: whole(flags, 'top', { min: 1, max: 500 }, SELECT_DEFAULTS.top),
    perSector: whole(flags, 'per-sector', { min: 0, max: 500 }, SELECT_DEFAULTS.perSector),
    rest,
    days: whole(flags, 'days', DAYS, SELECT_DEFAULTS.days),
    asOf: dayOf(flags, 'as-of'),
  };
}

interface Measured {
  readonly candidates: readonly Candidate[];
  /** The index, or undefined: all assets in equal weights. */
  readonly market: string | undefined;
  /** ISO days. */
  readonly from: string;
  readonly until: string;
}

/** Units traded a day, as a file has them. */
type GivenVolumes = RawPrices & { readonly where: string };

function measure(all: Prices, given: GivenVolumes | undefined, { days, asOf }: SelectOptions): Measured {
  const { assets, index } = splitMarket(all);
  const known = lastDays(daysBetween(assets, 0, rowsUntil(assets.dates, asOf)), days + 1);
  const [from, until] = [known.dates[0]!, known.dates.at(-1)!];
  if (known.dates.length <= DAYS.min) {
    throw new UserError(
      `Volume and beta need ${DAYS.min + 1} days of prices or more, but from ${from} to ${until} there are ${known.dates.length}: take a later day or a longer history.`,
      { ...(asOf !== undefined && { option: 'as-of' }) },
    );
  }
  const volumes = given === undefined ? ownVolumes(known) : volumesIn(given, known);
  const first = assets.dates.indexOf(from);
  const market = index?.closes.slice(first, first + known.dates.length) ?? equalWeightBasket(known.closes);
  const betas = betasOf(known, market);
  const candidates = known.tickers.map((ticker, j) => ({
    ticker,
    sector: sectorOf(known, j),
    volume: volumes[j]!,
    beta: betas[j]!,
  }));
  return { candidates, market: index?.ticker, from, until };
}

/** Where the prices name none, those of a built-in list that has all of these assets. */
function sectorOf({ tickers, sectors }: Prices, column: number): string | undefined {
  const ticker = tickers[column]!;
  if (sectors !== undefined) return nameOfSector(sectors[column]!) || undefined;
  return groupsOfTyped({ tickers }).find((group) => group.tickers.includes(ticker))?.name;
}

/** (n) @throws UserError when the prices come without volumes */
function ownVolumes({ tickers, volumes }: Prices): number[] {
  const averages = volumes && tickers.map((_, j) => mean(volumes.slice(1).map((row) => row[j]!)));
  if (averages?.some((volume) => volume > 0) === true) return averages;
  throw new UserError(
    'These prices have no traded volumes: give them by --volumes FILE.csv, or take assets of Yahoo Finance, such as --universe us12.',
    { option: 'volumes' },
  );
}

/** (n) @throws UserError when the file lacks an asset, or has nothing on these days */
function volumesIn({ where, dates: days, tickers: columns, closes: rows }: GivenVolumes, known: Prices): number[] {
  const { dates, tickers } = known;
  const inside = rows.filter((_, t) => days[t]! > dates[0]! && days[t]! <= dates.at(-1)!);
  return tickers.map((ticker) => {
    const column = columns.indexOf(findTicker(columns, ticker) ?? '');
    const traded = inside.map((row) => row[column]).filter((volume) => volume !== undefined);
    if (traded.length > 0) return mean(traded);
    throw new UserError(
      `${where} has no volume of ${ticker} from ${dates[1]} to ${dates.at(-1)}: expected a column of units traded for each asset.`,
      { option: 'volumes' },
    );
  });
}

interface SelectAnswer extends Measured {
  readonly selected: readonly Selected[];
  readonly source: string;
}

const BY: Readonly<Record<Selected['by'], string>> = {
  sector: 'most traded of its sector',
  volume: 'most traded of the rest',
  beta: 'beta nearest to 1',
};

function outputOf({ selected, candidates, market, from, until, source }: SelectAnswer): Output {
  const hasSectors = selected.some(({ sector }) => sector !== undefined);
  const table = alignColumns([
    ['', ...(hasSectors ? ['Sector'] : []), 'Volume a day', 'Beta', 'Selected as'],
    ...selected.map(({ ticker, sector = '', volume, beta, by }) => [
      ticker,
      ...(hasSectors ? [sector] : []),
      wholeNumber(Math.round(volume)),
      ratio(beta, 2),
      BY[by],
    ]),
  ]);
  const lines = labelled([
    ['Selected', `${selected.length} of ${plural(candidates.length, 'asset')}`],
    ['Beta', `against ${market ?? 'all of them in equal weights'}`],
    ['Days', `${from} to ${until}`],
    ['Prices', source],
  ]);
  return {
    json: { status: 'selected', market: market ?? 'equal weights', from, until, selected, source },
    text: [...table, '', ...lines, '', 'Not investment advice.', ''].join('\n'),
    exitCode: 0,
  };
}
