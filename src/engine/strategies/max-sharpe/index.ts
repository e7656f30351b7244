import { MaximumSharpe } from '../../optimize/quadratic/maximum-sharpe.ts';
import { lstmGenerator, type LstmStrategy } from '../lstm-generator.ts';
import { decideByObjective } from '../own-weights.ts';

/** Holds the portfolio with the highest Sharpe ratio on the LSTM's scenarios; the risk-free return is 0. */
export const maxSharpe: LstmStrategy = {
  ...lstmGenerator,
  id: 'max-sharpe',
  title: 'Highest Sharpe ratio',
  about:
    'Of all allowed splits, the one with the most expected profit for how much its result varies. Where none is expected to gain, the one that varies least.',
  origin: '"Asset Allocation Framework": the portfolio with the highest Sharpe ratio',
  decide: ({ tickers }, mandates, context) =>
    decideByObjective(tickers, mandates, context, ({ means, covariance }) => new MaximumSharpe(means, covariance, 0)),
};
