import { sampleMarket } from '../../src/prices/vendors/sample.ts';
import { writePricesCsv } from './prices-csv.ts';

/** Command lines whose answers tests/terminal/answers.test.ts holds to golden files, and bench/answers.ts records. */
export const ANSWER_LINES = {
  'allocate-bounds':
    'allocate --universe sample --loss 12% --max-weight 30% --min-weight 2% --amount 10000 --horizon 42 --alpha 97.5% --scenarios 4000 --seed 3',
  'allocate-infeasible': 'allocate --universe sample --loss 1%',
  'frontier-bounds': 'frontier --universe sample --points 7 --max-weight 25% --min-weight 1% --alpha 90%',
  'backtest-short':
    'backtest --universe sample --from 2025-06-02 --until 2025-09-30 --window 500 --retrain 252 --limits 4%,8% --scenarios 300',
  metrics: 'metrics --prices sample.csv --frequency weekly --risk-free 4.08% --from 2020-01-02',
  prices: 'prices --universe sample',
  universes: 'universes',
  scenarios: 'scenarios --universe sample --scenarios 3000 --horizon 21 --out scenarios.csv',
} as const;

/** They read the file that `scenarios` writes. */
export const SOLVE_LINES = {
  solve: 'solve --scenarios-file scenarios.csv --loss 8% --max-weight 40%',
  'solve-infeasible': 'solve --scenarios-file scenarios.csv --loss 0.5%',
} as const;

/** Writes the prices that the lines read to the directory in which they are asked. */
export function writeSamplePrices(directory: string): void {
  const market = sampleMarket();
  writePricesCsv(`${directory}/sample.csv`, market, market.tickers.length, market.dates.length);
}
