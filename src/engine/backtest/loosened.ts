// Decisions of the past under limits that give way by the least that it takes: on trades, where the other constraints
// take more, and then on falling behind a benchmark, where no split falls so little behind.
import { mostTurnoverOf, tightestBehind } from '../constraints/beyond-bounds.ts';
import type { Constraint } from '../constraints/index.ts';
import { withBound } from '../constraints/loosen.ts';
import { isUndecided } from '../constraints/problem.ts';
import { UserError } from '../../errors.ts';
import type { Mandate, Mandates } from '../mandate.ts';

type Decide<T> = (mandates: Mandates) => Promise<T>;

export interface Loosened<T> {
  readonly made: T;
  /** The limit on falling behind that was kept, where the mandate's could not be. */
  readonly leastBehind?: number;
}

/** A program that can barely be met is often taken for one that cannot. */
const ROOM = 1e-6;
/** To which the fewest trades are found where no program names them. */
const NEAR = 1e-3;

/**
 * As `decide`. Where the trades allowed are too few for the other constraints, the fewest that are enough are allowed;
 * where no trades are enough to fall so little behind a benchmark, the least that can be kept by those allowed is.
 * @param mandates of the same constraints and holdings
 * @throws as `decide`; UserError also when neither is enough
 */
export async function loosenedAsNeeded<T>(mandates: Mandates, decide: Decide<T>): Promise<Loosened<T>> {
  try {
    return { made: await withFewestTrades(mandates, decide) };
  } catch (error) {
    let least = leastBehindIn(error);
    if (least === undefined) throw error;
    let limit = tightestBehind(mandates[0].constraints)?.limit ?? Infinity;
    // What falls behind least is known up to a tolerance: a limit that is still too low is raised by more.
    for (let room = ROOM; room < 1 && limit < Infinity; room *= 2) {
      limit = Math.max(limit, least) + room;
      try {
        return { made: await withFewestTrades(loosenedTo('behind', limit, mandates), decide), leastBehind: limit };
      } catch (again) {
        least = leastBehindIn(again);
        if (least === undefined) throw again;
      }
    }
    throw error;
  }
}

/** The smallest limit on falling behind that some weights were found to keep, where a smaller one is refused. */
function leastBehindIn(error: unknown): number | undefined {
  const isBehind = error instanceof UserError && (isSearched(error) || isUndecided(error));
  const least = isBehind ? error.data?.['least'] : undefined;
  return typeof least === 'number' ? least : undefined;
}

async function withFewestTrades<T>(mandates: Mandates, decide: Decide<T>): Promise<T> {
  try {
    return await decide(mandates);
  } catch (error) {
    const most = mostTurnoverOf(mandates[0].constraints);
    if (!(error instanceof UserError) || !(most < 1)) throw error;
    const enough = error.code === 'constraints.turnover-too-low' ? error.data?.['enough'] : undefined;
    if (typeof enough === 'number') {
      return withFewestTrades(loosenedTo('max-turnover', Math.max(enough, most) + ROOM, mandates), decide);
    }
    if (!isSearched(error)) throw error;
    return searchBetween(most, mandates, { decide, refused: error });
  }
}

interface LimitSearch<T> {
  readonly decide: Decide<T>;
  /** What the fewest trades were refused with. */
  readonly refused: UserError;
}

/** By halves: what can be met with some trades can be met with more. */
async function searchBetween<T>(tooFew: number, mandates: Mandates, { decide, refused }: LimitSearch<T>): Promise<T> {
  let [low, high] = [tooFew, 1];
  const allowing = (most: number): Promise<T> => decide(loosenedTo('max-turnover', most, mandates));
  let made = await allowing(high).catch((error: unknown) => {
    throw error instanceof UserError ? refused : error;
  });
  while (high - low > NEAR) {
    const middle = (low + high) / 2;
    try {
      made = await allowing(middle);
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

/** The mandates with every limit of a kind at this, or above it. */
function loosenedTo(kind: Constraint['kind'], bound: number, [first, ...others]: Mandates): Mandates {
  const loosen = (mandate: Mandate): Mandate => ({
    ...mandate,
    constraints: mandate.constraints.map((one) => (one.kind === kind ? withBound(one, bound) : one)),
  });
  return [loosen(first), ...others.map(loosen)];
}
