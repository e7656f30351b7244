import { heldIn, tradesIn } from './held.ts';
import { readScenariosCsv } from '../scenarios/csv.ts';
import { checkHeld, costRateOf } from '../../engine/constraints/beyond-bounds.ts';
import { resolveNames } from '../../engine/constraints/names.ts';
import { SMALLEST_WEIGHT } from '../../engine/purchase.ts';
import { explainContradictions } from '../../engine/optimize/contradictions.ts';
import { optimize } from '../../engine/optimize/optimizer.ts';
import { GAP_TOLERANCE, riskProblem } from '../../engine/optimize/problem.ts';
import { bindingIn, holdingUp } from '../../engine/optimize/sensitivity.ts';
import { assertFeasible } from '../../engine/optimize/starting-weights.ts';
import type { Explanation } from '../../engine/explanation.ts';
import type { Portfolio, Solution } from '../../engine/types.ts';
import { alignColumns, labelled, percent, shortPercent, signedPercent, weightPercent } from '../../format.ts';
import type { Mandate } from '../../engine/mandate.ts';
import { bindingSentence, holdingSentence } from '../binding-words.ts';
import { errorText, lossText } from '../limits.ts';
import { askedLine, withinBounds } from '../question.ts';
import { afterTrades } from '../split-trades.ts';
import { vocabularyOf } from '../vocabulary.ts';
import type { TerminalCommand } from '../../terminal/terminal-command.ts';
import {
  JSON_HELP,
  LIMIT_HELP,
  LIMIT_OPTIONS,
  alphaOf,
  constraintsOf,
  flag,
  lossOf,
  requiredFlag,
} from '../../terminal/flags.ts';
import { boundsJson, byTicker, roundSeconds } from '../../terminal/json.ts';

export const solveCommand: TerminalCommand = {
  name: 'solve',
  summary: 'run the optimiser on your own scenarios',
  help: `solve --scenarios-file FILE.csv --loss 8% [options]

  --scenarios-file FILE.csv  a header of names, then one row of returns (fractions) per scenario
${LIMIT_HELP}
  --holdings TEXT        what is held, in parts of the money, such as "A 30%, B 20%, cash 50%": shows the trades from there
${JSON_HELP}

Exit code 3 when no split keeps the limit.`,
  options: { 'scenarios-file': { type: 'string' }, holdings: { type: 'string' }, ...LIMIT_OPTIONS },
  async run(flags) {
    const [lossLimit, alpha] = [lossOf(flags), alphaOf(flags)];
    const { names, scenarios } = await readScenariosCsv(requiredFlag(flags, 'scenarios-file', 'scenarios.csv'));
    const constraints = resolveNames(constraintsOf(flags, vocabularyOf({ tickers: names })), { tickers: names });
    const holdings = flag(flags, 'holdings');
    const held = holdings === undefined ? undefined : heldIn(holdings, names);
    checkHeld(constraints, held);
    const asked: SolveQuestion = { constraints, ...(held && { held }), risk: { alpha, limit: lossLimit } };
    const started = performance.now();
    const about = { ...asked, tickers: names, market: { scenarios, alpha } };
    const solution = await explainContradictions(about, async () => {
      const problem = { ...riskProblem(scenarios, names, asked), lossLimit };
      await assertFeasible(problem.feasible, problem);
      return optimize(problem);
    });
    const { minimum, gap } = solution;
    const decided = {
      tickers: names,
      mandate: asked,
      samples: { scenarios },
      minimum: { weights: minimum.weights, gap },
    };
    const explained: Explained =
      solution.status === 'optimal'
        ? { binding: await bindingIn(decided, solution.best.weights) }
        : { holding: await holdingUp(decided) };
    const seconds = (performance.now() - started) / 1000;
    return {
      json: { ...solutionJson(names, solution, asked, seconds), ...explained },
      text: describeSolution(names, solution, asked, explained),
      exitCode: solution.status === 'optimal' ? 0 : 3,
    };
  },
};

function solutionJson(names: readonly string[], solution: Solution, asked: SolveQuestion, seconds: number): object {
  const best = solution.status === 'optimal' ? solution.best : undefined;
  return {
    status: solution.status,
    ...(best && {
      weights: byTicker(names, best.weights),
      expectedReturn: best.expectedReturn,
      cvar: best.cvar,
      valueAtRisk: best.valueAtRisk,
    }),
    ...(asked.held && tradesJson(names, solution, asked)),
    minCvar: solution.minimum.cvar,
    minCvarWeights: byTicker(names, solution.minimum.weights),
    gap: solution.gap,
    ...boundsJson(asked.constraints),
    seconds: roundSeconds(seconds),
  };
}

/** To the split, or to the least risky one. */
const shownOf = (solution: Solution): Portfolio => (solution.status === 'optimal' ? solution.best : solution.minimum);

function tradesJson(names: readonly string[], solution: Solution, asked: SolveQuestion): object {
  const { before, changes, turnover, tradingCost } = tradesIn(names, shownOf(solution).weights, asked);
  return {
    held: byTicker(names, before),
    trades: names.flatMap((ticker, j) =>
      Math.abs(changes[j]!) < SMALLEST_WEIGHT ? [] : [{ ticker, weight: changes[j]! }],
    ),
    turnover,
    tradingCost,
  };
}

type Explained = Pick<Explanation, 'binding' | 'holding'>;

/** The scenarios say for how many days they are. */
type SolveQuestion = Omit<Mandate, 'horizonDays'>;

function describeSolution(
  names: readonly string[],
  solution: Solution,
  asked: SolveQuestion,
  { binding = [], holding = [] }: Explained,
): string {
  const shown = shownOf(solution);
  const { limit } = asked.risk;
  const limitText = shortPercent(limit ?? 0);
  // Even the best that the gap allows may break the limit.
  const isCertain = solution.status === 'infeasible' && solution.minimum.cvar - solution.gap > (limit ?? Infinity);
  const isEarly = solution.gap > GAP_TOLERANCE && !isCertain;
  const head =
    solution.status === 'optimal'
      ? `Within the limit of ${limitText}${isEarly ? `, the best found: another may earn up to ${errorText(solution.gap)} more` : ''}:`
      : `No split${withinBounds(asked)} ${isEarly ? 'was found that keeps' : 'keeps'} a limit of ${limitText}; the least risky one${isEarly ? ' found' : ''}:`;
  const figures = labelled([
    ['Expected profit', `${signedPercent(shown.expectedReturn)}${tradesNote(names, shown, asked)}`],
    ['CVaR', lossText(shown.cvar, limit)],
    ['Value-at-risk', lossText(shown.valueAtRisk, limit)],
    ['Smallest CVaR', lossText(solution.minimum.cvar, limit)],
    ['Certified gap', solution.gap.toExponential(1)],
    ...tradeLines(names, shown, asked),
  ]);
  const why = [bindingSentence(binding), holdingSentence(holding)].filter(Boolean).map((sentence) => `${sentence}\n`);
  return [
    head,
    '',
    ...splitTable(names, shown, asked),
    '',
    ...figures,
    '',
    ...why,
    askedLine({ mandate: asked }),
    '',
  ].join('\n');
}

/** What the profit is after; empty where trades cost nothing. */
function tradesNote(names: readonly string[], { weights }: Portfolio, asked: SolveQuestion): string {
  return costRateOf(asked.constraints) === 0 ? '' : afterTrades(tradesIn(names, weights, asked).tradingCost);
}

/** What has a weight, or is sold. */
function splitTable(names: readonly string[], { weights }: Portfolio, asked: SolveQuestion): string[] {
  const { before, changes } = tradesIn(names, weights, asked);
  const rows = [...names.keys()].filter((j) => weights[j]! >= SMALLEST_WEIGHT || before[j]! >= SMALLEST_WEIGHT);
  if (asked.held === undefined) return alignColumns(rows.map((j) => [names[j]!, weightPercent(weights[j]!)]));
  const trade = (j: number): string => (Math.abs(changes[j]!) < SMALLEST_WEIGHT ? '' : signedPercent(changes[j]!));
  return alignColumns([
    ['', 'Held', 'Split', 'Trade'],
    ...rows.map((j) => [names[j]!, weightPercent(before[j]!), weightPercent(weights[j]!), trade(j)]),
  ]);
}

function tradeLines(
  names: readonly string[],
  { weights }: Portfolio,
  asked: SolveQuestion,
): readonly (readonly [string, string])[] {
  if (asked.held === undefined) return [];
  const { turnover, tradingCost } = tradesIn(names, weights, asked);
  return [
    ['Traded', percent(turnover)],
    ['Trading cost', percent(tradingCost)],
  ];
}
