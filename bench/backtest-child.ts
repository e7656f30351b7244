// One backtest of bench/backtest.ts in a process of its own, so that its peak memory is its own. Prints JSON.
// `backtest-child.ts HOME '{…}'`: a fresh directory, and changes to the request below.
import type { BacktestRequest } from '../src/engine-service/requests.ts';
import { DEFAULT_STRATEGY } from '../src/engine/strategies/index.ts';
import { sharedFile } from '../tests/support/shared-files.ts';
import { openQuietApp } from './quiet-app.ts';
import { peakMemory } from './timing.ts';

const request: BacktestRequest = {
  // The file's twelve shares; ^IXIC is the index.
  universe: { kind: 'csv', file: sharedFile('data/prices/study12_ixic_2010_2024.csv') },
  from: '2020-01-02',
  mandate: { horizonDays: 21, constraints: [], risk: { alpha: 0.95 } },
  offset: 0,
  retrainDays: 252,
  window: 'expanding',
  isWarmStarted: false,
  limits: Array.from({ length: 12 }, (_, k) => (k + 1) / 100),
  strategy: DEFAULT_STRATEGY,
  sampling: { scenarios: 5_000, seed: 1 },
  costBps: 10,
};

const [home = '', changed = '{}'] = process.argv.slice(2);
const app = await openQuietApp(home);
const { result } = await app.engine.backtest({ ...request, ...JSON.parse(changed) });
await app.close();
const decisions = new Set(result.decisions.map(({ date }) => date)).size;
console.log(JSON.stringify({ decisions, byLimit: result.byLimit, memory: peakMemory() }));
