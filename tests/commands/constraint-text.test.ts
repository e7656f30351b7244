import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TextConstraint } from '../../src/commands/constraint-parser.ts';
import { parseConstraints, printConstraint } from '../../src/commands/constraint-text.ts';
import type { Vocabulary } from '../../src/commands/vocabulary.ts';
import { UserError } from '../../src/errors.ts';
import type { Door } from '../../src/parse-rates.ts';

const vocabulary: Vocabulary = {
  tickers: ['NVDA', 'AAPL', 'XOM', 'TLT', 'BRK-B', 'BTC-USD', '0700.HK', 'EURUSD=X', 'GC=F', 'T'],
  groups: [
    { name: 'tech', tickers: ['NVDA', 'AAPL'] },
    { name: 'energy', tickers: ['XOM'] },
    { name: 'bonds', tickers: ['TLT', 'IEF'] },
    { name: 'health-care', tickers: ['UNH'] },
  ],
};

const read = (text: string, door: Door = 'terminal') =>
  parseConstraints(text, { option: 'constraints', door, vocabulary });

function failure(text: string, door?: Door): string {
  try {
    read(text, door);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error(`"${text}" was read`);
}

const term = (name: string, factor: number, ...tickers: string[]) => ({ name, factor, tickers });

describe('a constraint in words', () => {
  it('is a weighted sum of tickers and groups, and a bound', () => {
    expect(read('NVDA <= 20%; tech + energy <= 2 * bonds\n AAPL = .1')).toEqual([
      {
        kind: 'linear',
        terms: [term('NVDA', 1, 'NVDA')],
        relation: '<=',
        bound: 0.2,
        text: 'NVDA <= 20%',
      },
      {
        kind: 'linear',
        // Without IEF, which this universe does not have.
        terms: [term('tech', 1, 'NVDA', 'AAPL'), term('energy', 1, 'XOM'), term('bonds', -2, 'TLT')],
        relation: '<=',
        bound: 0,
        text: 'tech + energy <= 2 * bonds',
      },
      { kind: 'linear', terms: [term('AAPL', 1, 'AAPL')], relation: '=', bound: 0.1, text: 'AAPL = .1' },
    ]);
  });

  it.each([
    ['nvda ≥ 5 %', 'nvda >= 5%'],
    ['Tech<40%', 'Tech <= 40%'],
    ['40% => tech', '- tech >= -40%'],
    ['NVDA=10%', 'NVDA = 10%'],
    ['tech - energy <= 10% - 5%', 'tech - energy <= 5%'],
    ['50% × bonds + 0.5 * T >= tech', '0.5 * bonds + 0.5 * T - tech >= 0%'],
    ['bonds*2 <= 8,5%', '2 * bonds <= 8.5%'],
    ['BRK.B + brk/b <= 10%', 'BRK.B + brk/b <= 10%'],
    ['EURUSD=X=10%', 'EURUSD=X = 10%'],
    ['GC=F <= 10%', 'GC=F <= 10%'],
    ['0700.HK <= 10%', '0700.HK <= 10%'],
    ['$BTC <= 10 percent', '$BTC <= 10%'],
    ['behind ^GSPC ≤ 5%', 'behind ^GSPC <= 5%'],
  ])('%s means %s', (text, meant) => {
    expect(read(text).map((one) => printConstraint(one))).toEqual([meant]);
  });

  it.each([
    ['NVDA <= 20%, AAPL >= 5%', ['NVDA <= 20%', 'AAPL >= 5%']],
    ['NVDA <= 8,5%,5 % <= AAPL; T <= 1%', ['NVDA <= 8.5%', '- AAPL <= -5%', 'T <= 1%']],
    ['behind ^GSPC <= 5%, tech <= 40%', ['behind ^GSPC <= 5%', 'tech <= 40%']],
  ])('may end with a comma where another follows: %s', (text, meant) => {
    expect(read(text).map((one) => printConstraint(one))).toEqual(meant);
  });

  it('stands for the tickers as the universe spells them', () => {
    expect(read('brk.b + btc <= 10%')).toMatchObject([
      { terms: [{ tickers: ['BRK-B'] }, { tickers: ['BTC-USD'] }], text: 'brk.b + btc <= 10%' },
    ]);
  });

  it('keeps its words, with blanks about what could be markup', () => {
    expect(read('2*tech  <=  3* bonds')).toMatchObject([{ text: '2 * tech <= 3 * bonds' }]);
  });

  it('has bare numbers as its door reads them', () => {
    expect(read('tech <= 40', 'discord')).toMatchObject([{ bound: 0.4 }]);
    expect(failure('tech <= 40')).toContain('a bare 40 is unclear: write 40%');
    expect(failure('tech <= 1', 'discord')).toContain('a bare 1 is unclear');
  });

  it.each([
    ['tehc <= 40%', '`tehc` is neither a ticker nor a group of this universe; did you mean tech?'],
    ['NVDIA <= 40%', '`NVDIA` is neither a ticker nor a group of this universe; did you mean NVDA?'],
    [
      'utilities <= 40%',
      '`utilities` is neither a ticker nor a group of this universe; it has tech, energy, bonds, NVDA,',
    ],
    [
      'health-care <= 40%',
      '`health-care` is neither a ticker nor a group of this universe; it has tech, energy, bonds, NVDA,',
    ],
    ['tech 40%', 'Expected <=, >= or =, got `40%` in "tech 40%".'],
    ['tech <=', 'Expected a ticker, a group or a rate, got the end in "tech <=".'],
    ['tech <= 40% bonds', 'Expected +, - or the end, got `bonds` in "tech <= 40% bonds".'],
    ['2 * <= 4%', 'Expected a ticker or a group after *, got `<=` in "2 * <= 4%".'],
    ['tech * bonds <= 4%', 'Expected a number such as 2 after *, got `bonds` in "tech * bonds <= 4%".'],
    ['5% <= 10%', 'Expected a ticker or a group, got `5%` in "5% <= 10%".'],
    ['5% <= tech <= 10%', 'Expected +, - or the end, got `<=` in "5% <= tech <= 10%".'],
    ['behind ^GSPC >= 5%', 'Expected <= after the benchmark, got `>=` in "behind ^GSPC >= 5%".'],
    ['NVDA, AAPL <= 40%', 'a semicolon, and between names a plus sign; got a comma in "NVDA, AAPL <= 40%"'],
    ['tech <= 40% !', '`!` in "tech <= 40% !" is neither'],
    [' ; ', 'constraints takes constraints such as tech <= 40%; got " ; ".'],
  ])('%s is refused', (text, message) => {
    expect(failure(text)).toContain(message);
  });

  it('may name any ticker where the assets are not known yet', () => {
    const reading = { option: 'constraints', door: 'terminal', vocabulary: { groups: [] } } as const;
    expect(parseConstraints('kO <= 10%', reading)).toMatchObject([{ terms: [{ name: 'kO', tickers: ['KO'] }] }]);
  });
});

const names = ['NVDA', 'aapl', 'tech', 'Energy', 'bonds', 'BRK.B', 'EURUSD=X', '0700.HK', 'T'];
const digits = (most: number) => fc.integer({ min: 0, max: most }).map((n) => n / 1e4);

const linear: fc.Arbitrary<string> = fc
  .record({
    terms: fc.array(
      fc.record({ name: fc.constantFrom(...names), factor: digits(1e5), isMinus: fc.boolean(), isRight: fc.boolean() }),
      { minLength: 1, maxLength: 5 },
    ),
    relation: fc.constantFrom('<=', '>=', '=', '≤', '≥', '<', '>'),
    constant: digits(1e4),
  })
  .map(({ terms, relation, constant }) => {
    const side = (isRight: boolean): string =>
      terms
        .filter((one) => one.isRight === isRight)
        .map(({ name, factor, isMinus }) => `${isMinus ? '-' : '+'} ${factor} * ${name}`)
        .join(' ')
        .replace(/^\+ /, '');
    return `${side(false) === '' ? '0' : side(false)} ${relation} ${side(true)} ${side(true) === '' ? '' : '+ '}${constant * 100}%`;
  });

it('is read again as itself from its print', () => {
  fc.assert(
    fc.property(linear, (text) => {
      const [constraint] = read(text);
      const printed = printConstraint(constraint!);
      const again: TextConstraint[] = read(printed);
      expect(again).toEqual([{ ...constraint, text: printed }]);
      expect(printConstraint(again[0]!)).toBe(printed);
    }),
    { seed: 12, numRuns: 500 },
  );
});

/** What is thrown, unless a person can correct it. */
function faultOf(text: string, door: Door): unknown {
  try {
    read(text, door);
  } catch (error) {
    return error instanceof UserError ? undefined : error;
  }
  return undefined;
}

it('throws nothing but errors that a person can correct, whatever is typed', () => {
  const word = fc.constantFrom(
    ...names,
    '<=',
    '>=',
    '=',
    '+',
    '-',
    '*',
    '%',
    '5%',
    '2',
    ';',
    ' ',
    'behind',
    '^X',
    ',',
    '.',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(word, { maxLength: 12 }).map((words) => words.join('')),
    fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
  );
  fc.assert(
    fc.property(texts, fc.constantFrom<Door>('discord', 'terminal'), (text, door) => {
      expect(faultOf(text, door)).toBeUndefined();
    }),
    { seed: 12, numRuns: 300 },
  );
});
