// Did the limits hold? Walks through the past of the shared price files by the default recipe and by `plain`, and writes
// docs/record.md and the README's table: `node bench/record.ts`, about an hour. `node bench/record.ts development`
// prints the years on which constants were chosen, and writes nothing. Each reading of each test set is counted in
// bench/record-reads.json.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { App } from '../src/app.ts';
import type { RecordAnswer, RecordRequest } from '../src/engine-service/record.ts';
import { chooseStrategy } from '../src/engine/strategies/index.ts';
import { DEFAULT_SAMPLING, DEFAULTS } from '../src/parse.ts';
import { parseLimits } from '../src/parse-limits.ts';
import { sharedFile } from '../tests/support/shared-files.ts';
import { openQuietApp } from './quiet-app.ts';
import { measureAnswers } from './record-answers.ts';
import { countFeasible } from './record-bootstrap.ts';
import { writeReadme } from './record-readme.ts';
import { barsTable, isBar, type MadeRecord, recordDocument, setsTable } from './record-tables.ts';

export interface RecordSet {
  readonly name: string;
  readonly file: string;
  /** Constants were chosen on development years alone. */
  readonly years: 'development' | 'test';
  readonly from?: string;
  readonly until?: string;
  readonly limits?: string;
  /** Absent: all columns. */
  readonly tickers?: readonly string[];
}

const [US20, STUDY12] = ['us20_skfolio_1990_2022.csv', 'study12_ixic_2010_2024.csv'];
const CRYPTO = { file: 'crypto_bybit_majors20_close_2020_2025.csv', limits: '15%:50%:5%' };

const COINS = ['BTCUSDT', 'LTCUSDT', 'LINKUSDT'];

const SETS: readonly RecordSet[] = [
  { name: 'us20 until 2011', file: US20, years: 'development', until: '2011-12-31' },
  { name: 'etf14 2012–2018', file: 'etf14_2010_2018.csv', years: 'development' },
  // Those of which the file has the longest prices: all together have too few before June 2023.
  { name: 'three coins until May 2023', ...CRYPTO, tickers: COINS, years: 'development', until: '2023-05-31' },
  { name: 'us20 2012–2022', file: US20, years: 'test', from: '2012-01-03' },
  { name: 'study12 2018–2024', file: STUDY12, years: 'test', from: '2018-01-02' },
  { name: 'crypto from June 2023', ...CRYPTO, years: 'test', from: '2023-06-01' },
];

const OFFSETS = [0, 5, 10, 15];
const readsFile = fileURLToPath(new URL('record-reads.json', import.meta.url));
const document = fileURLToPath(new URL('../docs/record.md', import.meta.url));

const requestOf = (
  { file, tickers, from, until, limits = DEFAULTS.recordLimits }: RecordSet,
  recipe: string,
): RecordRequest => ({
  universe: { kind: 'csv', file: sharedFile(`data/prices/${file}`), ...(tickers && { tickers }) },
  strategy: chooseStrategy('cvar-lstm', { recipe }),
  mandate: { horizonDays: DEFAULTS.horizon, constraints: [], risk: { alpha: DEFAULTS.alpha } },
  limits: parseLimits(limits, 'limits', 'terminal'),
  // One walk is enough to tell that `plain` fails, and each of its decisions takes many times as long.
  offsets: recipe === 'plain' ? [0] : OFFSETS,
  sampling: DEFAULT_SAMPLING,
  ...(from !== undefined && { from }),
  ...(until !== undefined && { until }),
});

async function make(app: App, set: RecordSet, recipe: string): Promise<MadeRecord> {
  console.error(`${set.name}, ${recipe} …`);
  const answer: RecordAnswer = await app.engine.record(requestOf(set, recipe));
  console.error(`${set.name}, ${recipe}: ${answer.seconds.toFixed(0)} s`);
  return { set, recipe, answer };
}

/** What a plain bootstrap promises on the days of the first walks of the bars. */
async function countByBootstrap(made: readonly MadeRecord[]): Promise<number> {
  let feasible = 0;
  for (const { set, answer } of made.filter((one) => isBar(one) && one.recipe === 'filtered')) {
    const [first] = answer.walks;
    const days = [...new Set(first!.decisions.map(({ date }) => date))];
    feasible += await countFeasible(sharedFile(`data/prices/${set.file}`), days, answer.request.limits);
  }
  return feasible;
}

/** Counts one more reading of each test set. */
function countReads(): ReadonlyMap<string, number> {
  const before = z.record(z.string(), z.number()).parse(JSON.parse(readFileSync(readsFile, 'utf8')));
  const reads = SETS.filter(({ years }) => years === 'test').map(
    ({ name }) => [name, (before[name] ?? 0) + 1] as const,
  );
  writeFileSync(readsFile, `${JSON.stringify(Object.fromEntries(reads), null, 2)}\n`);
  return new Map(reads);
}

const isDevelopment = process.argv[2] === 'development';
const home = mkdtempSync(join(tmpdir(), 'tailcap-record-'));
const app = await openQuietApp(home);
try {
  const made: MadeRecord[] = [];
  const reads = isDevelopment ? undefined : countReads();
  for (const set of SETS.filter(({ years }) => !isDevelopment || years === 'development')) {
    for (const recipe of ['filtered', 'plain']) made.push(await make(app, set, recipe));
  }
  if (reads === undefined) {
    process.stdout.write(setsTable(made));
  } else {
    const answers = await measureAnswers(sharedFile(`data/prices/${US20}`), '2012-01-03');
    const figures = { ...answers, feasibleByBootstrap: await countByBootstrap(made) };
    const text = recordDocument(made, figures, reads);
    writeFileSync(document, text);
    writeReadme();
    process.stdout.write(`${setsTable(made)}\n${barsTable(made, figures)}`);
  }
} finally {
  await app.close();
  rmSync(home, { recursive: true, force: true });
}
