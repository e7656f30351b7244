import type { BacktestAnswer } from '../../engine-service/answers.ts';
import { quotedIfNeeded, usingFile, writeWhole } from '../../files.ts';
import type { DecisionOutcome } from '../../engine/backtest/types.ts';

const COLUMNS = [
  'date',
  'until',
  'limit',
  'status',
  'predicted',
  'valueAtRisk',
  'cvar',
  'freshCvar',
  'minCvar',
  'realised',
  'realisedNet',
] as const satisfies readonly (keyof DecisionOutcome)[];

/**
 * A row a decision: its figures (blank where it has none), then a column of weights for each ticker.
 * @throws UserError when the file cannot be written
 */
export async function writeDecisionsCsv(file: string, { tickers, result }: BacktestAnswer): Promise<void> {
  const header = [...COLUMNS, ...tickers.map(quotedIfNeeded)];
  const rows = result.decisions.map((decision) => [
    ...COLUMNS.map((column) => decision[column] ?? ''),
    ...decision.weights,
  ]);
  const lines = [header, ...rows].map((cells) => `${cells.join(',')}\n`);
  await usingFile('write', file, 'csv', () => writeWhole(file, lines));
}
