import type { Frontier } from './optimize/frontier.ts';
import type { Trading } from './optimize/problem.ts';
import { createPricing, type PricedPortfolio, type Samples } from './samples.ts';

/** A frontier as it is answered: each portfolio at the smallest limit that it is an answer to. */
export interface PricedFrontier extends Omit<Frontier, 'points' | 'minimum' | 'equalWeight'> {
  /** From the smallest limit that can be kept to the highest expected return, both strictly increasing. */
  readonly points: readonly PricedPortfolio[];
  readonly minimum: PricedPortfolio;
  readonly equalWeight: PricedPortfolio;
}

/** Prices the portfolios of a frontier, see `createPricing`. */
export function priceFrontier(
  { points, minimum, equalWeight, ...gaps }: Frontier,
  samples: Samples,
  alpha: number,
  trading?: Trading,
): PricedFrontier {
  const price = createPricing(samples, alpha, trading);
  const priced: PricedPortfolio[] = [];
  // Downwards: of two that sampling errors have swapped, the one with the higher return is kept.
  for (const point of points.toReversed().map(({ weights }) => price(weights))) {
    const [above] = priced;
    const rises =
      above === undefined || (point.leastLimit < above.leastLimit && point.expectedReturn < above.expectedReturn);
    if (rises) priced.unshift(point);
  }
  return { points: priced, minimum: price(minimum.weights), equalWeight: price(equalWeight.weights), ...gaps };
}
