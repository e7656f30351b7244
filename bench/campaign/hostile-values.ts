// Values of options, as people and programs of ill will might send them.
import type { Chance } from './chance.ts';

/** The vendor has prices of these alone. */
export const LISTED = ['AAA', 'BBB', 'CCC'];

const TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  '1e309',
  'NaN',
  '-0%',
  '８％',
  '1/0',
  '8%8%8%',
  '\u0000',
  '\u202E%8',
  '\uD800',
  '🏳️‍🌈'.repeat(40),
  'a'.repeat(6_000),
  ','.repeat(6_000),
  'A,'.repeat(1_000),
  '((((((((((a+)+)+)+)+)+)+)+)+)+)$',
  '@everyone <@&1> <#2>',
  '[Claim your prize](https://evil.invalid)',
  '```\n# big\n> quote ||spoiler||',
  "'; DROP TABLE entries; --",
  '../../../etc/passwd',
  '%s%n%x{}',
  '__proto__',
  'constructor',
  '{"$gt":""}',
  'https://evil.invalid/',
  '2024-02-30',
  '* * * * * *',
  'weekdays 25:61',
  'Etc/GMT+99',
];

const NUMBERS = [-1, 0, 0.5, 1, 5, 21, 252, 1e6, -1e300, 1e308, 2 ** 53, Number.MIN_VALUE];

/** What Discord's client would never send. */
const WRONG_TYPES: readonly unknown[] = [null, {}, [], [[]], { channel: 1 }, true, 7, 'text'];

/** What people type, by option. The long work of backtests is left out: they have names of no universe here. */
const LIKELY: Readonly<Record<string, readonly unknown[]>> = {
  loss: ['8%', '5', '12,5%', '0.01%', '99%'],
  alpha: ['95%', '99%', '90'],
  universe: ['sample', 'tech', 'nothing'],
  tickers: ['AAA, BBB', '$aaa bbb ccc', 'AAA', 'AAA, NONE', 'NIL1, NIL2', 'aaa'],
  name: ['tech', 'Tech', 'mine'],
  horizon: [1, 5, 21],
  min_weight: ['5%', 'AAA 10%'],
  max_weight: ['40%', '60%'],
  strategy: ['cvar-lstm', 'minimum-cvar', 'equal-weight'],
  what: ['frontier', 'allocation', 'backtest'],
  when: ['weekdays 18:30', 'daily 9am'],
  time_zone: ['Europe/Berlin', 'America/New_York'],
  currency: ['EUR', 'USD'],
  id: ['1', 'a1', 'r1'],
  amount: [10_000, 0.01],
  public: [true, false],
  from: ['2100-01-01'],
};

/** Discord's numbers of options' types. */
const STRING = 3;

interface Spec {
  readonly name: string;
  readonly type: number;
}

export function valueOf(chance: Chance, { name, type }: Spec, channels: readonly string[]): unknown {
  if (chance.happens(0.05)) return chance.pick(WRONG_TYPES);
  if (name === 'channel') return chance.pick(channels);
  const likely = LIKELY[name] ?? [];
  if (likely.length > 0 && chance.happens(0.6)) return chance.pick(likely);
  return chance.pick<unknown>(type === STRING ? TEXTS : NUMBERS);
}

export const hostileText = (chance: Chance): string => chance.pick(TEXTS);

const KEYS = [
  'allocate',
  'privacy:delete',
  'cancel',
  'backtest',
  'universe',
  'alert',
  'report',
  'help',
  '__proto__',
  '',
];

/** A custom id of ours, nearly one of ours, or anything. */
export function customId(chance: Chance): string {
  return `${chance.pick(KEYS)}${chance.pick(['', ':', '::', ':1:'])}${chance.pick([...TEXTS, '300000000000000001'])}`;
}
