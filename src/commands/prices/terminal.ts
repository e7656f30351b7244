import type { PricesDescription } from '../../prices/describe.ts';
import { alignColumns, labelled, percent, signedPercent } from '../../format.ts';
import type { TerminalCommand } from '../../terminal/terminal-command.ts';
import { JSON_HELP, UNIVERSE_HELP, UNIVERSE_OPTIONS, universeOf } from '../../terminal/flags.ts';
import { withApp } from '../../terminal/with-app.ts';

export const pricesCommand: TerminalCommand = {
  name: 'prices',
  summary: 'fetch or check prices, and describe their span, gaps and flaws',
  help: `prices (--universe NAME | --prices FILE.csv [--tickers A,B] | --tickers A,B,C) [options]

${UNIVERSE_HELP}
${JSON_HELP}`,
  options: UNIVERSE_OPTIONS,
  run(flags, terminal) {
    const universe = universeOf(flags);
    return withApp(terminal, async (app) => {
      const described = await app.prices.describe(universe, { onProgress: terminal.onProgress });
      return { json: { status: 'described', ...described }, text: describe(described), exitCode: 0 };
    });
  },
};

function describe({ source, stale, from, until, days, tickers, flaws }: PricesDescription): string {
  const span = labelled([
    ['Source', stale ? `${source} (stale)` : source],
    ['Common span', `${from} to ${until}, ${days} days`],
  ]);
  const table = alignColumns([
    ['Asset', 'Currency', 'Largest move', 'on', 'Unchanged days'],
    ...tickers.map(({ ticker, currency, largestMove, stillDays }) => [
      ticker,
      currency ?? '',
      signedPercent(largestMove.return, 1),
      largestMove.date,
      percent(stillDays, 1),
    ]),
  ]);
  return [...span, '', ...table, '', ...(flaws.length > 0 ? flaws : ['No gaps or other flaws found.']), ''].join('\n');
}
