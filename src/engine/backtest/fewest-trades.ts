// Decisions that may trade a little only, where the other constraints take more.
import { mostTurnoverOf } from '../constraints/beyond-bounds.ts';
import { UserError } from '../../errors.ts';
import type { Mandate, Mandates } from '../mandate.ts';

type Decide<T> = (mandates: Mandates) => Promise<T>;

/** A program that can barely be met is often taken for one that cannot. */
const ROOM = 1e-6;
/** To which the fewest trades are found where no program names them. */
const NEAR = 1e-3;

/**
 * As `decide`. Where the trades allowed are too few for the other constraints, the fewest that are enough are allowed.
 * @param mandates of the same constraints and holdings
 * @throws as `decide`; UserError also when no trades are enough
 */
export async function withFewestTrades<T>(mandates: Mandates, decide: Decide<T>): Promise<T> {
  try {
    return await decide(mandates);
  } catch (error) {
    const most = mostTurnoverOf(mandates[0].constraints);
    if (!(error instanceof UserError) || !(most < 1)) throw error;
    const enough = error.code === 'constraints.turnover-too-low' ? error.data?.['enough'] : undefined;
    if (typeof enough === 'number') {
      return withFewestTrades(allowing(Math.max(enough, most) + ROOM, mandates), decide);
    }
    if (isSearched(error)) return searchBetween(most, mandates, decide);
    throw error;
  }
}

/** By halves: what can be met with some trades can be met with more. */
async function searchBetween<T>(tooFew: number, mandates: Mandates, decide: Decide<T>): Promise<T> {
  let [low, high] = [tooFew, 1];
  let made = await decide(allowing(high, mandates));
  while (high - low > NEAR) {
    const middle = (low + high) / 2;
    try {
      made = await decide(allowing(middle, mandates));
      high = middle;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      low = middle;
    }
  }
  return made;
}

/** Whether more trades may be enough, and the error does not say how many. */
const isSearched = ({ code }: UserError): boolean =>
  code === 'constraints.behind-too-low' || code === 'strategies.equal-weight-barred';

/** The mandates with another limit on trades. */
function allowing(turnover: number, [first, ...others]: Mandates): Mandates {
  const weight = Math.min(1, turnover);
  const allow = (mandate: Mandate): Mandate => ({
    ...mandate,
    constraints: mandate.constraints.map((one) => (one.kind === 'max-turnover' ? { ...one, weight } : one)),
  });
  return [allow(first), ...others.map(allow)];
}
