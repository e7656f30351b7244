import { FIRST_KAPPA, kappasOf } from '../engine/backtest/kappa.ts';
import { costRateOf } from '../engine/constraints/beyond-bounds.ts';
import { splitMarket, yearlyPeriods } from '../engine/market.ts';
import type { Mandate } from '../engine/mandate.ts';
import type { Allowance } from '../engine/quality/quality.ts';
import type { RecordSummary, Walk } from '../engine/record/record.ts';
import type { Sampling } from '../engine/samples.ts';
import { findStrategy, isAdaptive } from '../engine/strategies/index.ts';
import type { StrategyChoice } from '../engine/strategies/strategy.ts';
import type { OnProgress } from '../engine/types.ts';
import type { Held } from '../held.ts';
import type { UniverseSpec } from '../prices/universes.ts';
import type { SettingsUsed } from '../settings-used.ts';
import type { Account } from './account.ts';
import type { PriceProvenance } from './answers.ts';
import { runBacktest } from './backtest.ts';
import { historyOptions } from './requests.ts';
import type { PastContext } from './single-flight.ts';
import type { BacktestServices } from './walk.ts';

/** A record of what `allocate` would have decided in the past, and of what came of it. */
export interface RecordRequest {
  readonly universe: UniverseSpec;
  readonly strategy: StrategyChoice;
  /** Without a limit. Its horizon is also the time between two decisions. */
  readonly mandate: Mandate;
  /** CVaR limits, ascending. */
  readonly limits: readonly number[];
  /** Days by which all decisions are shifted: a walk through the past for each. */
  readonly offsets: readonly number[];
  /** ISO day of the first decision; absent: the first on which a model can be trained. */
  readonly from?: string;
  /** ISO day after which no outcome ends; absent: the newest price. */
  readonly until?: string;
  readonly sampling: Sampling;
  /** See `BacktestRequest`. */
  readonly standing?: string;
  /** See `BacktestRequest`. */
  readonly held?: Held;
  /** What the person accepts in the prices. */
  readonly allow?: readonly Allowance[];
  readonly settingsUsed?: SettingsUsed;
}

export interface RecordQuestion extends Omit<RecordRequest, 'limits'> {
  /** Absent: those of the universe's standing record. */
  readonly limits?: readonly number[];
}

export interface RecordAnswer {
  readonly request: RecordRequest;
  readonly universe: string;
  readonly tickers: readonly string[];
  /** As in `BacktestAnswer`, of the first walk. */
  readonly account?: Account;
  readonly record: RecordSummary;
  /** κ of each date of the first walk, and κ after its last outcome. */
  readonly kappas: readonly number[];
  /** Of all walks, by date and by rule within a date. */
  readonly walks: readonly Walk[];
  readonly prices: PriceProvenance;
  readonly seconds: number;
}

/**
 * Walks through the past, once for each offset, with models that are trained yearly. Decisions are made as `allocate`
 * makes them.
 */
export async function runRecord(
  services: BacktestServices,
  request: RecordRequest,
  context: PastContext,
): Promise<RecordAnswer> {
  const started = performance.now();
  const { universe, offsets, until, mandate, strategy } = request;
  const { alpha } = mandate.risk;
  const loaded = await services.prices.history(universe, { ...historyOptions(context), until, keepsEnded: true });
  const { assets } = splitMarket(loaded.prices);
  const first = assets.dates[findStrategy(strategy.id).needs.minDays - 1];
  const from = request.from ?? first;
  const common = {
    ...request,
    ...(from !== undefined && { from }),
    retrainDays: yearlyPeriods(assets.dates),
    window: 'expanding' as const,
    isWarmStarted: false,
    costBps: 1e4 * costRateOf(mandate.constraints),
  };
  const answers = [];
  for (const [k, offset] of offsets.entries()) {
    const onProgress = share(context.onProgress, k, offsets.length);
    answers.push(await runBacktest(services, { ...common, offset }, { ...context, onProgress }));
  }
  const kappas = answers.map(({ result: { decisions } }) =>
    kappasOf(decisions, alpha).map((kappa) => (isAdaptive(strategy) ? kappa : FIRST_KAPPA)),
  );
  const walks = answers.map(({ result: { decisions } }, k) => ({
    offset: offsets[k]!,
    decisions,
    kappas: kappas[k]!.slice(0, -1),
  }));
  const { prices, tickers, universe: label, account } = answers[0]!;
  return {
    request,
    universe: label,
    tickers,
    ...(account && { account }),
    record: await services.pool.run('summarise', { walks, alpha }, { signal: context.signal }),
    kappas: kappas[0]!,
    walks,
    prices,
    seconds: (performance.now() - started) / 1000,
  };
}

/** Of `walks` walks, number k has come this far. */
function share(onProgress: OnProgress, k: number, walks: number): OnProgress {
  let whole: number | undefined;
  return ({ secondsLeft, ...progress }) => {
    // The walks to come are taken to last as long as this one does when nothing of it is cached.
    if (secondsLeft !== undefined && progress.done < 1) whole ??= secondsLeft / (1 - progress.done);
    const left = secondsLeft === undefined ? undefined : secondsLeft + (walks - 1 - k) * (whole ?? 0);
    onProgress({
      ...progress,
      done: (k + progress.done) / walks,
      ...(left !== undefined && { secondsLeft: left }),
    });
  };
}
