// The words of constraints as people type them, such as `tech + energy <= 2 * bonds`.
import { UserError } from '../errors.ts';

export type Relation = '<=' | '>=' | '=';

export interface Token {
  readonly kind: 'name' | 'number' | 'relation' | 'sign' | 'times';
  /** As it was typed, but a relation, a sign and `*` in one spelling. */
  readonly text: string;
}

const RELATIONS: Readonly<Record<string, Relation>> = {
  '<=': '<=',
  '=<': '<=',
  '≤': '<=',
  '<': '<=',
  '>=': '>=',
  '=>': '>=',
  '≥': '>=',
  '>': '>=',
  '==': '=',
  '=': '=',
};

/** `EURUSD=X` and `GC=F` are names; `NVDA=10%` is a name, a relation and a rate. */
const TOKEN = new RegExp(
  [
    String.raw`(?<number>(?:\d+(?:[.,]\d+)?|[.,]\d+) ?(?:%|per ?cent|pct)?(?![\p{L}\p{N}.,%]))`,
    String.raw`(?<name>(?:[\p{L}^$]|\p{N}+[.-]?\p{L})[\p{L}\p{N}.^&'’!/_-]*(?:=[FX](?![\p{L}\p{N}]))?)`,
    String.raw`(?<relation>[<>]=|=[<>=]|[<>=≤≥])`,
    String.raw`(?<sign>[+-])`,
    String.raw`(?<times>[*×·])`,
  ].join('|'),
  'uy',
);

/** @throws UserError that names the first character that begins no word */
export function tokensOf(text: string, option: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    if (text[at] === ' ') {
      at++;
      continue;
    }
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found === null) throw strangeWord(text.slice(at), text, option);
    at = TOKEN.lastIndex;
    tokens.push(tokenOf(found.groups ?? {}));
  }
  return tokens;
}

function tokenOf({ number, name, relation, sign }: Readonly<Record<string, string | undefined>>): Token {
  if (number !== undefined) return { kind: 'number', text: number };
  if (name !== undefined) return { kind: 'name', text: name };
  if (relation !== undefined) return { kind: 'relation', text: RELATIONS[relation] ?? '=' };
  return sign === undefined ? { kind: 'times', text: '*' } : { kind: 'sign', text: sign };
}

function strangeWord(rest: string, text: string, option: string): UserError {
  if (rest.startsWith(',')) {
    return new UserError(
      `Between constraints stands a semicolon, and between names a plus sign; got a comma in "${text}".`,
      {
        option,
      },
    );
  }
  const [word] = rest.split(' ');
  return new UserError(
    `\`${word}\` in "${text}" is neither a ticker, a group nor a rate: expected a constraint such as tech <= 40%.`,
    { option },
  );
}
