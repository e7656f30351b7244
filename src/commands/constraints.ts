// Pure: the bounds of weights, in the words of Discord's options.
import { checkBounds } from '../engine/optimize/bounds.ts';
import type { Bounds } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import { shortPercent } from '../format.ts';

/**
 * @param fromServer which of the bounds are the server's settings: it is said of them
 * @throws UserError when no weights of so many assets can meet the bounds
 */
export function checkWeights(
  assets: number,
  bounds: Bounds,
  fromServer: { readonly [bound in keyof Bounds]: number | undefined },
): void {
  const problem = weightsProblem(assets, bounds);
  if (problem === undefined) return;
  const { minWeight, maxWeight } = bounds;
  const isMinBlamed = problem.option === 'min_weight';
  const isMaxBlamed = !isMinBlamed || minWeight > maxWeight;
  const set = [
    ...(isMinBlamed && fromServer.minWeight !== undefined ? [`min_weight ${shortPercent(minWeight)}`] : []),
    ...(isMaxBlamed && fromServer.maxWeight !== undefined ? [`max_weight ${shortPercent(maxWeight)}`] : []),
  ];
  if (set.length === 0) throw problem;
  const [are, which] = set.length === 1 ? ['comes', 'which'] : ['come', 'both of which'];
  throw new UserError(
    `${problem.message.replace(/\.$/, '')}; ${set.join(' and ')} ${are} from this server's settings, ${which} those who manage it can change by /settings set.`,
    problem.option,
    problem,
  );
}

/** Why no weights of so many assets can meet the bounds; undefined when some can. */
export function weightsProblem(assets: number, bounds: Bounds): UserError | undefined {
  try {
    checkBounds(assets, bounds);
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return new UserError(named(error.message), error.option && named(error.option), error);
  }
}

/** Options have dashes in the terminal and underscores in Discord. */
const named = (text: string): string => text.replaceAll(/\b(min|max)-weight\b/g, '$1_weight');
