// A walk-forward backtest of study12 as a process, beside the recipe of "Generative LSTM + CVaR" in PyTorch and SciPy:
// `node bench/backtest.ts`. `node bench/backtest.ts --table` also prints the summary of each limit.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { BacktestRequest } from '../src/engine-service/requests.ts';
import type { StrategyChoice } from '../src/engine/strategies/strategy.ts';
import { sharedExists, sharedFile } from '../tests/support/shared-files.ts';
import { temporaryHome } from '../tests/support/tailcap.ts';
import { runAlone } from './alone.ts';
import { type Figure, figure, type Peer } from './figures.ts';
import { findPython } from './peers.ts';
import { secondsOf } from './timing.ts';

const run = promisify(execFile);
const child = fileURLToPath(new URL('backtest-child.ts', import.meta.url));

const mostSeconds = 180;

/** The peer would take over eight minutes for all 50 decisions. These need one training. */
const peerWork = { decisions: 6, until: '2020-07-07', scenarios: 1000 };

const answer = z.object({
  decisions: z.number(),
  memory: z.number(),
  byLimit: z.array(z.object({ limit: z.union([z.number(), z.string()]) }).catchall(z.number())),
});
type Answer = z.infer<typeof answer>;

/** Runs a process that starts without models and cached decisions. */
async function backtest(changed: Partial<BacktestRequest>): Promise<Answer & { readonly seconds: number }> {
  const { home, remove } = temporaryHome();
  try {
    let stdout = '';
    const seconds = await secondsOf(async () => {
      const flags = ['--disable-warning=ExperimentalWarning'];
      ({ stdout } = await run(process.execPath, [...flags, child, home, JSON.stringify(changed)]));
    });
    return { seconds, ...answer.parse(JSON.parse(stdout)) };
  } finally {
    remove();
  }
}

/** The same decisions, limits and scenarios by the same recipe: 20 epochs over windows of 60 days. */
async function byPeer(): Promise<Peer | undefined> {
  const python = findPython();
  if (python === undefined) return undefined;
  const assets = 'TSLA,NVDA,AAPL,MSFT,AMZN,SHOP,NFLX,NKE,PEP,JPM,UNH,BA';
  const file = sharedFile('data/prices/study12_ixic_2010_2024.csv');
  const options = ['--assets', assets, '--retrain', '252', '--M', String(peerWork.scenarios), '--end', peerWork.until];
  const script = [sharedFile('peers/seed000_backtest.py'), file, '2020-01-02', ...options];
  let table = '';
  const value = await secondsOf(async () => {
    table = (await run(python.command, script, { env: python.environment })).stdout;
  });
  if (!new RegExp(`^equal +${peerWork.decisions} `, 'm').test(table))
    throw new Error(`expected other decisions: ${table}`);
  return { name: '"Generative LSTM + CVaR" in Python', value };
}

function printTable({ byLimit }: Answer): void {
  for (const one of byLimit) {
    const short = Object.entries(one).map(([name, value]) => [
      name,
      typeof value === 'number' ? Number(value.toPrecision(4)) : value,
    ]);
    console.error(JSON.stringify(Object.fromEntries(short)));
  }
}

export async function* benchBacktest(): AsyncGenerator<Figure> {
  if (!sharedExists) return;
  const whole = await backtest({});
  if (process.argv.includes('--table')) printTable(whole);
  const name = `backtest, study12, ${whole.decisions} decisions × 12 limits, M = 5,000, retrained yearly`;
  yield figure(name, whole.seconds, 's', { bar: { atMost: mostSeconds } });
  yield figure(`${name}: memory at most`, whole.memory, 'MiB');
  const { until, scenarios } = peerWork;
  const strategy: StrategyChoice = { id: 'cvar-lstm', params: { recipe: 'plain' } };
  const same = await backtest({ until, strategy, sampling: { scenarios, seed: 1 } });
  if (same.decisions !== peerWork.decisions)
    throw new Error(`expected ${peerWork.decisions} decisions, got ${same.decisions}`);
  const peer = await byPeer();
  yield figure(`backtest, ${peerWork.decisions} decisions × 12 limits, M = 1,000, recipe plain`, same.seconds, 's', {
    peer,
  });
}

if (import.meta.main) await runAlone(benchBacktest);
