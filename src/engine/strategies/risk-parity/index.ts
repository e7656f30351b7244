import { RiskParity } from '../../optimize/quadratic/risk-parity.ts';
import { lstmGenerator, type LstmStrategy } from '../lstm-generator.ts';
import { decideByObjective } from '../own-weights.ts';

/** Every asset contributes the same to the variance on the LSTM's scenarios (Maillard, Roncalli & Teïletche 2010). */
export const riskParity: LstmStrategy = {
  ...lstmGenerator,
  id: 'risk-parity',
  title: 'Equal shares of the risk',
  about:
    'Every asset contributes the same to how much the result varies, so that calm assets get more of the money than wild ones.',
  origin: 'Maillard, Roncalli & Teïletche 2010',
  decide: ({ tickers }, mandates, context) =>
    decideByObjective(tickers, mandates, context, ({ covariance }) => new RiskParity(covariance)),
};
