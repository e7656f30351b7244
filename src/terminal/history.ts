import type { App } from '../app.ts';
import type { AllocateAnswer } from '../engine-service/answers.ts';
import { type History, historyUntil, measuredDays } from '../engine/history.ts';
import { splitMarket } from '../engine/market.ts';
import { checkQuality } from '../engine/quality/check.ts';
import type { UniverseSpec } from '../prices/universes.ts';
import { allowOf, dayOf } from './flags.ts';
import type { Flags, Terminal } from './terminal-command.ts';

/**
 * The prices of a universe without its indices, until the day of `--as-of`, for commands that learn from them here.
 * @throws UserError as `PriceService.history`, `historyUntil` and `checkQuality`
 */
export async function historyOf(
  app: App,
  universe: UniverseSpec,
  flags: Flags,
  { onProgress }: Pick<Terminal, 'onProgress'>,
): Promise<{ readonly history: History; readonly prices: AllocateAnswer['prices'] }> {
  const [asOf, { allow }] = [dayOf(flags, 'as-of'), allowOf(flags)];
  const loaded = await app.prices.history(universe, { until: asOf, onProgress });
  const history = historyUntil(splitMarket(loaded.prices).assets, asOf);
  const measured = measuredDays(history.prices);
  const notes = [...loaded.notes, ...checkQuality(measured, allow)];
  const { source, stale } = loaded;
  return { history, prices: { source, stale, notes, from: measured.dates[0]!, until: history.until } };
}
