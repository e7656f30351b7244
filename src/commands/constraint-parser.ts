// Reads one constraint. The grammar, in which statements are separated by `;` or new lines:
//
//     statement = side relation side | "behind" name "<=" rate
//     side      = ["-"] item { ("+" | "-") item }
//     item      = [factor "*"] name | name "*" factor | rate
import type { Constraint } from '../engine/constraints/constraint.ts';
import type { LinearConstraint, LinearTerm } from '../engine/constraints/linear.ts';
import { UserError } from '../errors.ts';
import { RANGES } from '../parse.ts';
import { hasUnit, parseRate, type Door } from '../parse-rates.ts';
import { type Relation, type Token, tokensOf } from './constraint-tokens.ts';
import { tickersOf, unknownName, type Vocabulary } from './vocabulary.ts';

export type TextConstraint = Extract<Constraint, { readonly kind: 'linear' | 'behind' }>;

export interface Reading {
  /** Named in errors. */
  readonly option: string;
  readonly door: Door;
  readonly vocabulary: Vocabulary;
}

/** The terms and the constants of one side. */
interface Side {
  readonly terms: readonly LinearTerm[];
  readonly constant: number;
}

export const BEHIND = 'behind';

/** Reads one statement from left to right. */
export class ConstraintParser {
  readonly #text: string;
  readonly #reading: Reading;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string, reading: Reading) {
    this.#text = text;
    this.#reading = reading;
    this.#tokens = tokensOf(text, reading.option);
  }

  statement(): TextConstraint {
    const [first, second] = this.#tokens;
    const isBehind = first?.text.toLowerCase() === BEHIND && second?.kind === 'name';
    const constraint = isBehind ? this.#behind() : this.#linear();
    if (this.#tokens[this.#at] !== undefined) throw this.#expected('+, - or the end');
    return constraint;
  }

  #behind(): TextConstraint {
    const benchmark = this.#tokens[1]!.text.toUpperCase();
    this.#at = 2;
    if (this.#next('relation', '<= after the benchmark') !== '<=') {
      this.#at--;
      throw this.#expected('<= after the benchmark');
    }
    const { option, door } = this.#reading;
    const limit = parseRate(this.#next('number', 'a rate such as 5%'), option, RANGES.loss, door);
    return { kind: 'behind', benchmark, limit, text: this.#text };
  }

  #linear(): LinearConstraint {
    const left = this.#side();
    const relation = this.#next('relation', '<=, >= or =');
    const right = this.#side();
    const terms = [...left.terms, ...right.terms.map((term) => ({ ...term, factor: 0 - term.factor }))];
    if (terms.length === 0) throw this.#expected('a ticker or a group', this.#tokens[0]);
    // The rounding of sums of decimals, such as 0.1 + 0.2.
    const bound = Number((right.constant - left.constant).toFixed(12));
    return { kind: 'linear', terms, relation, bound, text: this.#text };
  }

  #side(): Side {
    const terms: LinearTerm[] = [];
    let constant = 0;
    let sign = this.#sign() ?? 1;
    for (;;) {
      const item = this.#item();
      if (typeof item === 'number') constant += sign * item;
      else terms.push({ ...item, factor: 0 + sign * item.factor });
      const next = this.#sign();
      if (next === undefined) return { terms, constant };
      sign = next;
    }
  }

  #sign(): number | undefined {
    if (this.#tokens[this.#at]?.kind !== 'sign') return undefined;
    return this.#tokens[this.#at++]!.text === '-' ? -1 : 1;
  }

  #item(): LinearTerm | number {
    const [token, next] = [this.#tokens[this.#at], this.#tokens[this.#at + 1]];
    if (token?.kind === 'name') return this.#term(next?.kind === 'times');
    if (token?.kind !== 'number') throw this.#expected('a ticker, a group or a rate');
    if (next?.kind === 'times') {
      const factor = this.#factor();
      this.#at++;
      return { ...this.#named(), factor };
    }
    this.#at++;
    const { option, door } = this.#reading;
    return parseRate(token.text, option, RANGES.bound, door);
  }

  #term(hasFactor: boolean): LinearTerm {
    const named = this.#named();
    if (!hasFactor) return { ...named, factor: 1 };
    this.#at++;
    return { ...named, factor: this.#factor() };
  }

  #named(): Pick<LinearTerm, 'name' | 'tickers'> {
    const name = this.#next('name', 'a ticker or a group after *');
    const { option, vocabulary } = this.#reading;
    const tickers = tickersOf(name, vocabulary);
    if (tickers === undefined) throw unknownName(name, vocabulary, option);
    return { name, tickers };
  }

  #factor(): number {
    const text = this.#next('number', 'a number such as 2 after *');
    const digits = /[\d.,]+/.exec(text)?.[0].replace(',', '.') ?? '';
    return Number(hasUnit(text.toLowerCase()) ? `${digits}e-2` : digits);
  }

  #next(kind: 'relation', what: string): Relation;
  #next(kind: Token['kind'], what: string): string;
  #next(kind: Token['kind'], what: string): string {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind) throw this.#expected(what);
    this.#at++;
    return token.text;
  }

  #expected(what: string, got = this.#tokens[this.#at]): UserError {
    const came = got === undefined ? 'the end' : `\`${got.text}\``;
    return new UserError(`Expected ${what}, got ${came} in "${this.#text}".`, { option: this.#reading.option });
  }
}
