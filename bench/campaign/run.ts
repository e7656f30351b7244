// `npm run campaign` does to the bot what must not hurt it, one part after another, and prints one table. Nothing else
// should run meanwhile. `npm run campaign -- --seed 7 fuzz kills` runs the named parts with another seed.
import { parseArgs } from 'node:util';
import { type Bench, figure, tableOf } from '../figures.ts';
import { benchFlood } from '../flood.ts';
import { describeMachine } from '../machine.ts';
import { hasFailed, runParts } from '../parts.ts';
import { clocks } from './clocks.ts';
import { corrupt } from './corrupt.ts';
import { cuts } from './cuts.ts';
import { foreignLock } from './foreign-lock.ts';
import { fullDisk } from './full-disk.ts';
import { fuzz } from './fuzz.ts';
import { hangingVendor } from './hanging-vendor.ts';
import { kills } from './kills.ts';
import { nights } from './nights.ts';
import { wideNight } from './wide-night.ts';

/** On two cores. */
const MOST_MINUTES = 10;

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string', default: '1' } },
  allowPositionals: true,
  strict: false,
});
const seed = typeof values['seed'] === 'string' ? Number(values['seed']) : NaN;

const all: Readonly<Record<string, Bench>> = {
  fuzz: () => fuzz(seed),
  cuts,
  kills: () => kills(seed),
  nights,
  'wide-night': wideNight,
  floods: benchFlood,
  'full-disk': fullDisk,
  'hanging-vendor': hangingVendor,
  corrupt,
  'foreign-lock': foreignLock,
  clocks,
};

const unknown = [
  ...positionals.filter((name) => !(name in all)),
  ...Object.keys(values).filter((name) => name !== 'seed'),
];
if (!Number.isSafeInteger(seed) || unknown.length > 0) {
  console.error(
    `expected a whole seed and some of ${Object.keys(all).join(', ')}; got ${process.argv.slice(2).join(' ')}`,
  );
  process.exit(2);
}
const chosen = Object.entries(all).filter(([name]) => positionals.length === 0 || positionals.includes(name));
const started = performance.now();
const outcome = await runParts(Object.fromEntries(chosen), (line) => console.error(line));
// The bar is for all parts together.
const bar = chosen.length === Object.keys(all).length ? { atMost: MOST_MINUTES } : undefined;
const took = figure('campaign: took', (performance.now() - started) / 60_000, 'min', { bar });
const figures = [...outcome.figures, took];
const machine = describeMachine('none');
process.stdout.write(
  ['# Campaign', '', ...machine, `- Seed ${seed}`, ...outcome.notes, '', tableOf(figures)].join('\n'),
);
if (hasFailed({ ...outcome, figures })) process.exitCode = 1;
