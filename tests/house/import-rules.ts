// Pure: sources and rules → the sentences that say where a source breaks a rule.
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';

export interface SourceFile {
  /** Below src: `engine/types.ts`. */
  readonly path: string;
  readonly source: string;
}

/** A package or built-in module, `@scope/*` for a whole scope. */
interface PackageRule {
  readonly packages: readonly string[];
  /** The only rooms that may import them. */
  readonly onlyIn?: readonly string[];
  readonly notIn?: readonly string[];
  /** Files that may all the same. */
  readonly except?: readonly string[];
  /** Whether `import type` is free for all. */
  readonly typesAnywhere?: boolean;
}

interface WordRule {
  readonly word: RegExp;
  readonly called: string;
  /** Rooms; absent: nowhere. */
  readonly notIn?: readonly string[];
}

export interface Rules {
  /** A room's name → what it may import beside itself: a room, a file (`store/table.ts`), either with `type ` before it, or '*'. */
  readonly rooms: Readonly<Record<string, readonly string[]>>;
  readonly packages: readonly PackageRule[];
  /** Rooms, or files, that may import these packages only; a file's come on top of its room's. */
  readonly closed: Readonly<Record<string, readonly string[]>>;
  readonly words: readonly WordRule[];
  /** Rooms whose files may import no other of the room, except types.ts; index.ts imports every one. */
  readonly listed: readonly string[];
  /** Files whose dynamic imports may have a computed name. */
  readonly computed: readonly string[];
}

interface Import {
  /** As written; undefined when it is computed. */
  readonly from: string | undefined;
  /** Whether nothing of it is left at run time (`import { type A }` leaves the import itself). */
  readonly type: boolean;
}

// Strings are matched first, so that `//` in them starts no comment.
const stringOrComment = /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const fromClause =
  /(?:^|;)[ \t]*(?:import|export)\b(\s+type\b(?!\s*,|\s+from\b))?[\w$*{},\s]*?\bfrom\s*(['"])(.+?)\2/gm;
const bare = /(?:^|;)[ \t]*import\s*(['"])(.+?)\1/gm;
const call = /(\btypeof\s+)?(?<![\w$.])(?:import|require)\s*\(\s*(?:(['"])([^'"]+)\2\s*[,)])?/g;

const withoutComments = (source: string): string =>
  source.replace(stringOrComment, (_all, text?: string) => text ?? ' ');

export function importsOf(source: string): Import[] {
  const code = withoutComments(source);
  return [
    ...[...code.matchAll(fromClause)].map((match) => ({ from: match[3], type: match[1] !== undefined })),
    ...[...code.matchAll(bare)].map((match) => ({ from: match[2], type: false })),
    ...[...code.matchAll(call)].map((match) => ({ from: match[3], type: match[1] !== undefined })),
  ];
}

/**
 * The rooms of ARCHITECTURE.md's table: rows of names in backticks (`cli.ts`, `cli/`), what they are, and what they
 * may import, separated by commas; `everything` for all there is.
 */
export const roomsOf = (markdown: string): Rules['rooms'] =>
  Object.fromEntries(
    [...markdown.matchAll(/^\| (`.*?`) \|.*\| (.*?) ?\|$/gm)].flatMap(([, names = '', allowed = '']) =>
      [...names.matchAll(/`(.*?)`/g)].map(([, name = '']) => [
        roomOf(name),
        allowed === 'everything' ? ['*'] : allowed.split(', ').filter((each) => each !== ''),
      ]),
    ),
  );

/** `cli.ts` and `cli/…` are one room. */
export const roomOf = (path: string): string => path.replace(/\.ts$|\/.*$/, '');

/** @returns a sentence for every place that breaks a rule */
export function violations(files: readonly SourceFile[], rules: Rules): string[] {
  return [
    ...files.flatMap((file) => [
      ...roomProblems(file, rules),
      ...importProblems(file, rules),
      ...wordProblems(file, rules),
    ]),
    ...rules.listed.flatMap((room) => listProblems(room, files)),
  ];
}

const roomProblems = ({ path }: SourceFile, { rooms }: Rules): string[] =>
  rooms[roomOf(path)]
    ? []
    : [
        `src/${path} is in no known room: add ${roomOf(path)} to the table in ARCHITECTURE.md, with what it may import.`,
      ];

function importProblems({ path, source }: SourceFile, rules: Rules): string[] {
  return importsOf(source).flatMap(({ from, type }) => {
    const problem =
      from === undefined
        ? computedProblem(path, rules)
        : from.startsWith('.')
          ? relativeProblem(path, from, type, rules)
          : packageProblem(path, from, type, rules);
    return problem === undefined ? [] : [`src/${path} ${problem}`];
  });
}

const computedProblem = (path: string, { computed }: Rules): string | undefined =>
  computed.includes(path) ? undefined : 'imports under a computed name, which this test cannot read.';

function relativeProblem(path: string, from: string, type: boolean, rules: Rules): string | undefined {
  if (!from.endsWith('.ts')) return `imports ${from}: a relative import ends in .ts.`;
  const target = posix.join(posix.dirname(path), from);
  const [room, other] = [roomOf(path), roomOf(target)];
  if (target.startsWith('..')) return `imports ${from}, which is outside src.`;
  if (room === other) return neighbourProblem(path, target, rules);
  const allowed = rules.rooms[room] ?? ['*'];
  const names = ['*', other, target, ...(type ? [`type ${other}`, `type ${target}`] : [])];
  if (names.some((name) => allowed.includes(name))) return undefined;
  return `imports ${from}${type ? '' : ' at run time'}: ${room} may import ${allowed.join(', ') || 'nothing but itself'}.`;
}

function neighbourProblem(path: string, target: string, { listed }: Rules): string | undefined {
  const free = path.endsWith('/index.ts') || target.endsWith('/types.ts') || !listed.includes(roomOf(path));
  return free ? undefined : `imports ${target}: files of ${roomOf(path)} never import each other.`;
}

function packageProblem(path: string, from: string, type: boolean, rules: Rules): string | undefined {
  const room = roomOf(path);
  const name = isBuiltin(from) && !from.startsWith('node:') ? `node:${from}` : from;
  for (const { packages, onlyIn, notIn, except, typesAnywhere } of rules.packages) {
    if (!packages.some((each) => isOf(name, each)) || (type && typesAnywhere) || except?.includes(path)) continue;
    if (onlyIn && !onlyIn.includes(room)) return `imports ${from}: only ${onlyIn.join(', ')} may.`;
    if (notIn?.includes(room)) return `imports ${from}: ${notIn.join(', ')} may not.`;
  }
  const closed = rules.closed[room] && [...rules.closed[room], ...(rules.closed[path] ?? [])];
  if (closed && !closed.some((each) => isOf(name, each)))
    return `imports ${from}: ${room} may import ${closed.join(', ')}.`;
  return undefined;
}

/** `pure-rand/x` is of `pure-rand`, `@discordjs/rest` of `@discordjs/*`. */
const isOf = (name: string, rule: string): boolean =>
  name === rule || name.startsWith(rule.endsWith('*') ? rule.slice(0, -1) : `${rule}/`);

function wordProblems({ path, source }: SourceFile, { words }: Rules): string[] {
  const code = withoutComments(source);
  return words
    .filter(({ word, notIn }) => (notIn?.includes(roomOf(path)) ?? true) && word.test(code))
    .map(
      ({ called, notIn }) =>
        `src/${path} uses ${called}, which ${notIn ? `${notIn.join(', ')} may not` : 'nothing may'}.`,
    );
}

function listProblems(room: string, files: readonly SourceFile[]): string[] {
  const members = files.filter(
    ({ path }) => roomOf(path) === room && path !== `${room}/types.ts` && path !== `${room}/index.ts`,
  );
  const index = files.find(({ path }) => path === `${room}/index.ts`);
  const listed = new Set(index && importsOf(index.source).map(({ from = '' }) => posix.join(room, from)));
  return members
    .filter(({ path }) => !listed.has(path))
    .map(({ path }) => `src/${path} is not listed in src/${room}/index.ts.`);
}
