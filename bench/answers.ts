// `node bench/answers.ts DIRECTORY` writes the terminal's answers to some command lines, and the pictures it draws.
// To check that a change changes no figure, run this before and after it: `diff -r BEFORE AFTER`.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const checkout = fileURLToPath(new URL('../', import.meta.url));
const real = join(checkout, '../shared/data/prices');
const study12 = join(real, 'study12_ixic_2010_2024.csv');
const us20 = join(real, 'us20_skfolio_1990_2022.csv');

const SHARES = 'TSLA,NVDA,AAPL,MSFT,AMZN,NFLX,NKE,PEP,JPM,UNH,BA';

/** The files that a command line writes to its working directory are compared too. */
const SAMPLE: Readonly<Record<string, string>> = {
  'allocate-8': 'allocate --universe sample --loss 8% --chart allocate-8.png',
  'allocate-infeasible': 'allocate --universe sample --loss 1% --chart allocate-infeasible.png',
  'allocate-bounds':
    'allocate --universe sample --loss 7% --max-weight 30% --min-weight 2% --amount 10000 --horizon 42 --alpha 97.5% --scenarios 4000 --seed 3',
  'allocate-as-of': 'allocate --universe sample --loss 8% --as-of 2024-06-28 --scenarios 2000',
  'allocate-plain': 'allocate --universe sample --loss 9% --recipe plain --scenarios 1000 --horizon 10',
  'frontier-20': 'frontier --universe sample --points 20 --loss 8% --chart frontier-20.png',
  'frontier-bounds': 'frontier --universe sample --points 7 --max-weight 25% --min-weight 1% --alpha 90%',
  scenarios: 'scenarios --universe sample --scenarios 3000 --horizon 21 --out scenarios.csv',
  solve: 'solve --scenarios-file scenarios.csv --loss 8% --max-weight 40%',
  'solve-infeasible': 'solve --scenarios-file scenarios.csv --loss 0.5%',
  backtest:
    'backtest --universe sample --from 2024-01-02 --limits 4%,8%,12% --max-weight 50% --scenarios 1000 --csv backtest.csv --chart backtest.png',
  'backtest-warm':
    'backtest --universe sample --from 2024-06-03 --until 2025-03-31 --retrain 0 --warm-start --window 600 --offset 3 --limits 2%:10%:4% --scenarios 500',
  prices: 'prices --universe sample',
  universes: 'universes',
  'train-window': 'train --universe sample --memory window --seed 2',
};

const REAL: Readonly<Record<string, string>> = {
  'study12-allocate': `allocate --prices ${study12} --tickers ${SHARES} --loss 8%`,
  'study12-tight': `allocate --prices ${study12} --tickers ${SHARES} --loss 2% --as-of 2019-12-31 --min-weight 1%`,
  'us20-frontier': `frontier --prices ${us20} --points 12 --scenarios 5000 --max-weight 20%`,
  'study12-backtest': `backtest --prices ${study12} --from 2023-01-03 --retrain 252 --chart study12.png`,
  'study12-prices': `prices --prices ${study12}`,
  'study12-metrics': `metrics --prices ${study12} --tickers ^IXIC --frequency weekly --risk-free 4.08% --from 2022-07-01 --until 2023-06-23`,
  'us20-metrics': `metrics --prices ${us20} --frequency monthly`,
};

/** Replaces seconds, which differ from run to run. */
function withoutSeconds(json: string): string {
  return json.replace(
    /"seconds":(\{[^}]*\}|[\d.e+-]+)/g,
    (_, value: string) => `"seconds":${value.replace(/[\d.e+-]+$|(?<=:)[\d.e+-]+/g, '0')}`,
  );
}

async function answer(line: string, home: string): Promise<string> {
  const entry = join(checkout, 'src/cli.ts');
  const env = { ...process.env, STORE_URL: `sqlite:${home}/store.sqlite`, MODELS_DIR: `${home}/models` };
  const args = ['--disable-warning=ExperimentalWarning', entry, ...line.split(' '), '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: home,
    env,
    maxBuffer: 2 ** 28,
  }).catch((error: unknown) => {
    // An impossible limit is answered with exit code 3.
    if (error instanceof Error && 'stdout' in error && 'code' in error && error.code === 3)
      return { stdout: String(error.stdout) };
    throw error;
  });
  return withoutSeconds(stdout);
}

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('Expected a directory to write the answers to.');
const out = resolve(directory);
mkdirSync(out, { recursive: true });
const home = mkdtempSync(join(tmpdir(), 'answers-'));
cpSync(join(checkout, 'models'), join(home, 'models'), { recursive: true });
const lines = { ...SAMPLE, ...(existsSync(real) ? REAL : {}) };
for (const [name, line] of Object.entries(lines)) {
  writeFileSync(join(out, `${name}.json`), await answer(line, home));
  console.log(name);
}
rmSync(join(home, 'models'), { recursive: true });
cpSync(home, out, { recursive: true, filter: (file) => !file.includes('store.sqlite') });
rmSync(home, { recursive: true });
