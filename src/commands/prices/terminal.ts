import type { PricesDescription } from '../../prices/describe.ts';
import { alignColumns, labelled, signedPercent } from '../../format.ts';
import type { TerminalCommand } from '../../terminal/terminal-command.ts';
import { JSON_HELP, UNIVERSE_HELP, UNIVERSE_OPTIONS, allowOf, universeOf } from '../../terminal/flags.ts';
import { withApp } from '../../terminal/with-app.ts';
import { wordError } from '../error-words.ts';

export const pricesCommand: TerminalCommand = {
  name: 'prices',
  summary: 'fetch or check prices, and describe their span, gaps and flaws',
  help: `prices (--universe NAME | --prices FILE.csv [--tickers A,B] | --tickers A,B,C) [options]

${UNIVERSE_HELP}
${JSON_HELP}

Exit code 2 when other commands would compute nothing from these prices.`,
  options: UNIVERSE_OPTIONS,
  run(flags, terminal) {
    const [universe, { allow = [] }] = [universeOf(flags), allowOf(flags)];
    return withApp(terminal, async (app) => {
      const described = await app.prices.describe(universe, allow, { onProgress: terminal.onProgress });
      const { refusal, ...rest } = described;
      const text = describe(rest, refusal === undefined);
      if (refusal === undefined) return { json: { status: 'described', ...rest }, text, exitCode: 0 };
      const { message, option, code } = wordError(refusal, 'terminal');
      terminal.note(message);
      // The description with the error as other commands give it.
      const error = { kind: 'input', message, option, code };
      return { json: { status: 'error', error, ...rest }, text, exitCode: 2 };
    });
  },
};

function describe(described: Omit<PricesDescription, 'refusal'>, isUsable: boolean): string {
  const { source, stale, from, until, days, calendar, assets, notes } = described;
  const span = labelled([
    ['Source', stale ? `${source} (stale)` : source],
    ['Common span', `${from} to ${until}, ${days} days`],
    ['Calendar', calendar],
  ]);
  const table = alignColumns([
    ['Asset', 'Currency', 'From', 'Until', 'Days', 'Gaps', 'Still', 'in a row', 'Largest move', 'on'],
    ...assets.map((asset) => [
      asset.ticker,
      asset.currency ?? '',
      asset.from,
      asset.until,
      String(asset.days),
      String(asset.gaps),
      String(asset.stillDays),
      String(asset.longestStill),
      signedPercent(asset.largestMove.return, 1),
      asset.largestMove.date,
    ]),
  ]);
  const found = notes.length > 0 || !isUsable ? notes : ['No gaps or other flaws found.'];
  return [...span, '', ...table, '', ...found, ''].join('\n');
}
