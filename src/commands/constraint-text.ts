// Constraints as text, which both doors read alike.
import { termsText } from '../engine/constraints/linear.ts';
import { UserError } from '../errors.ts';
import { shortPercent } from '../format.ts';
import { COMMA } from '../typed-list.ts';
import { BEHIND, ConstraintParser, type Reading, type TextConstraint } from './constraint-parser.ts';

const MOST_STATEMENTS = 50;

/** @throws UserError that names the word at fault and what was expected */
export function parseConstraints(text: string, reading: Reading): TextConstraint[] {
  const { option } = reading;
  const statements = text
    .normalize('NFKC')
    .split(/[;\n\r]/)
    .flatMap(betweenCommas)
    .map((one) =>
      one
        .replaceAll(/[‐-―−]/g, '-')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    // Without blanks beside them, two would be markup.
    .map((one) => one.replaceAll(/ ?\* ?/g, ' * '))
    .filter((one) => one !== '');
  if (statements.length === 0) {
    throw new UserError(`${option} takes constraints such as tech <= 40%; got "${text}".`, { option });
  }
  if (statements.length > MOST_STATEMENTS) {
    throw new UserError(`${option} takes at most ${MOST_STATEMENTS} constraints; got ${statements.length}.`, {
      option,
    });
  }
  return statements.map((statement) => new ConstraintParser(statement, reading).statement());
}

/** A comma may stand for `;` between whole constraints, each with a relation. Between two digits it is a decimal comma. */
function betweenCommas(text: string): readonly string[] {
  const parts = text.split(COMMA);
  return parts.every((part) => /[<>=≤≥]/.test(part)) ? parts : [text];
}

/** A constraint in words that are read as itself. */
export function printConstraint(constraint: TextConstraint): string {
  if (constraint.kind === 'behind') return `${BEHIND} ${constraint.benchmark} <= ${shortPercent(constraint.limit)}`;
  return `${termsText(constraint.terms)} ${constraint.relation} ${shortPercent(constraint.bound)}`;
}
