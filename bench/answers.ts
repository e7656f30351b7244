// `node bench/answers.ts DIRECTORY [NAME…]` writes the terminal's answers to some command lines, or to those of these
// names alone, and the pictures it draws.
// To check that a change changes no figure, run this before and after it: `diff -r BEFORE AFTER`.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ANSWER_LINES, SOLVE_LINES, writeSamplePrices } from '../tests/support/answer-lines.ts';
import { sharedExists, sharedFile } from '../tests/support/shared-files.ts';
import { tailcap, temporaryHome } from '../tests/support/tailcap.ts';

const STUDY12 = sharedFile('data/prices/study12_ixic_2010_2024.csv');
const US20 = sharedFile('data/prices/us20_skfolio_1990_2022.csv');
const SHARES = 'TSLA,NVDA,AAPL,MSFT,AMZN,NFLX,NKE,PEP,JPM,UNH,BA';

/** The files that a command line writes to its working directory are compared too. */
const LINES: Readonly<Record<string, string>> = {
  ...ANSWER_LINES,
  ...SOLVE_LINES,
  'allocate-8': 'allocate --universe sample --loss 8% --chart allocate-8.png',
  'allocate-infeasible': `${ANSWER_LINES['allocate-infeasible']} --chart allocate-infeasible.png`,
  'allocate-as-of': 'allocate --universe sample --loss 8% --as-of 2024-06-28 --scenarios 2000',
  'allocate-plain': 'allocate --universe sample --loss 9% --recipe plain --scenarios 1000 --horizon 10',
  'frontier-20': 'frontier --universe sample --points 20 --loss 8% --chart frontier-20.png',
  backtest:
    'backtest --universe sample --from 2024-01-02 --limits 4%,8%,12% --max-weight 50% --scenarios 1000 --csv backtest.csv --chart backtest.png',
  'backtest-warm':
    'backtest --universe sample --from 2024-06-03 --until 2025-03-31 --retrain 0 --warm-start --window 600 --offset 3 --limits 2%:10%:4% --scenarios 500',
  'train-window': 'train --universe sample --memory window --seed 2',
};

const REAL_LINES: Readonly<Record<string, string>> = {
  'study12-allocate': `allocate --prices ${STUDY12} --tickers ${SHARES} --loss 8%`,
  'study12-tight': `allocate --prices ${STUDY12} --tickers ${SHARES} --loss 2% --as-of 2019-12-31 --min-weight 1%`,
  'us20-frontier': `frontier --prices ${US20} --points 12 --scenarios 5000 --max-weight 20%`,
  'study12-backtest': `backtest --prices ${STUDY12} --from 2023-01-03 --retrain 252 --chart study12.png`,
  'study12-prices': `prices --prices ${STUDY12}`,
  'study12-metrics': `metrics --prices ${STUDY12} --tickers ^IXIC --frequency weekly --risk-free 4.08% --from 2022-07-01 --until 2023-06-23`,
  'us20-metrics': `metrics --prices ${US20} --frequency monthly`,
};

/** Replaces seconds, which differ from run to run. */
function withoutSeconds(json: string): string {
  return json.replace(
    /"seconds":(\{[^}]*\}|[\d.e+-]+)/g,
    (_, value: string) => `"seconds":${value.replace(/[\d.e+-]+$|(?<=:)[\d.e+-]+/g, '0')}`,
  );
}

async function answer(line: string, home: string): Promise<string> {
  const env = { MODELS_DIR: join(home, 'models') };
  const { exitCode, stdout, stderr } = await tailcap([...line.split(' '), '--json'], home, env, home);
  // An impossible limit is answered with exit code 3.
  if (exitCode !== 0 && exitCode !== 3) throw new Error(`${line}: ${stderr}`);
  return withoutSeconds(stdout);
}

const [directory, ...names] = process.argv.slice(2);
if (directory === undefined) throw new Error('Expected a directory to write the answers to.');
const out = resolve(directory);
mkdirSync(out, { recursive: true });
const { home, remove } = temporaryHome();
cpSync(fileURLToPath(new URL('../models', import.meta.url)), join(home, 'models'), { recursive: true });
writeSamplePrices(home);
for (const [name, line] of Object.entries({ ...LINES, ...(sharedExists ? REAL_LINES : {}) })) {
  if (names.length > 0 && !names.includes(name)) continue;
  writeFileSync(join(out, `${name}.json`), await answer(line, home));
  console.log(name);
}
rmSync(join(home, 'models'), { recursive: true });
cpSync(home, out, { recursive: true, filter: (file) => !file.includes('store.sqlite') });
remove();
