import { UserError } from '../../errors.ts';

/**
 * Why no weights meet the constraints, by a code that never changes. Which of them contradict each other, and what would
 * mend them, is found later (`explainContradictions`), and worded at the door.
 */
const MESSAGES = {
  'constraints.max-weight-too-low': 'All assets at their largest weight are less than all money.',
  'constraints.min-weight-too-high': 'All assets at their smallest weight are more than all money.',
  'constraints.bounds-cross': 'The smallest weight of an asset is above its largest.',
  'constraints.behind-too-low': 'No split of these assets falls so little behind the benchmark.',
  'constraints.linear-out-of-reach': 'No split of these assets meets a linear constraint.',
  'constraints.max-assets-too-few': 'So few assets cannot hold all the money within the bounds.',
  'constraints.min-position-too-high': 'Positions of that size do not add up to all the money within the bounds.',
  'constraints.turnover-too-low': 'So little trading leads to no split that meets the other constraints.',
  'constraints.contradict': 'No split of these assets meets all constraints at once.',
} as const;

export type ConstraintProblem = keyof typeof MESSAGES;

/** @param data figures for tests and the log */
export const constraintError = (problem: ConstraintProblem, data?: UserError['data']): UserError =>
  new UserError(MESSAGES[problem], { code: problem, data });

/** Whether an error, also from another thread, says that no weights meet the constraints. */
export const isConstraintError = (error: unknown): error is UserError =>
  error instanceof UserError && error.code !== undefined && Object.hasOwn(MESSAGES, error.code);
