import { MinimumVariance } from '../../optimize/quadratic/objective.ts';
import { lstmGenerator, type LstmStrategy } from '../lstm-generator.ts';
import { decideByObjective } from '../own-weights.ts';

/** Holds the portfolio with the smallest variance on the LSTM's scenarios (Markowitz 1952). */
export const minimumVariance: LstmStrategy = {
  ...lstmGenerator,
  id: 'minimum-variance',
  title: 'Smallest variance',
  about: 'Of all allowed splits of these assets, the one whose result varies least, up or down.',
  origin: 'Markowitz 1952',
  decide: ({ tickers }, mandates, context) =>
    decideByObjective(tickers, mandates, context, ({ covariance }) => new MinimumVariance(covariance)),
};
