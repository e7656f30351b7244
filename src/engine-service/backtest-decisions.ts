// The decisions of a backtest, in worker threads: each is made once, kept, and found again after a crash.
import { failedChoices } from '../engine/backtest/decide.ts';
import { trainingHistory, type Walk } from '../engine/backtest/plan.ts';
import { historyUntil } from '../engine/history.ts';
import type { Memory, ModelArtefact } from '../engine/lstm/artefact.ts';
import { recentHistory } from '../engine/samples.ts';
import type { OnProgress, Prices } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import type { BacktestRequest } from './requests.ts';
import type { Table } from '../store/table.ts';
import { ClosedError, type Pool } from '../workers/pool.ts';
import type { StoredChoices } from './backtest-kept.ts';
import { inOrder, orderWorks } from './backtest-order.ts';
import type { Around } from './sharing.ts';

/** Where faults go that cost a backtest only some of its decisions. */
export interface BacktestLog {
  error(details: object, message: string): void;
}

export interface DecisionParts {
  readonly pool: Pool;
  readonly kept: Table<StoredChoices>;
  readonly threads: number;
  readonly log: BacktestLog;
}

/** How long decisions are kept after they were made. */
const KEPT_MS = 30 * 86_400_000;

interface DecisionJob {
  readonly request: BacktestRequest;
  readonly assets: Prices;
  readonly walk: Walk;
  readonly memory: Memory | undefined;
  /** (slots) */
  readonly keys: readonly string[];
  /** (slots) what was kept of each. */
  readonly days: readonly (StoredChoices | undefined)[];
  readonly around: Around;
}

/** Makes the decisions that were not kept, and keeps each as soon as it is made. @returns (slots) all of them */
export async function decideAll(parts: DecisionParts, job: DecisionJob): Promise<StoredChoices[]> {
  const { request, walk, around } = job;
  const days = [...job.days];
  const missing = [...days.keys()].filter((slot) => days[slot] === undefined);
  const trainings: Promise<ModelArtefact | undefined>[] = [];
  const works = orderWorks({ walk, missing, isChain: request.isWarmStarted, ahead: parts.threads });
  const tell = createTeller(days.length, missing.length, around.onProgress);
  // One more than there are threads: none waits while a result is on its way.
  await inOrder(works, parts.threads + 1, async (work) => {
    if (work.kind === 'train') {
      const before = request.isWarmStarted ? trainings[work.training - 1] : undefined;
      await (trainings[work.training] = trainOne(parts, job, work.training, before));
      return;
    }
    const artefact = await trainings[walk.slots[work.slot]!.training];
    days[work.slot] = await decideOne(parts, job, work.slot, artefact);
    tell();
  });
  return days.map((choices) => choices ?? []);
}

/** @returns undefined when it failed by a fault, which costs its decisions and nothing else */
async function trainOne(
  { pool, log }: DecisionParts,
  { request, assets, walk, memory, around: { signal } }: DecisionJob,
  training: number,
  before: Promise<ModelArtefact | undefined> | undefined,
): Promise<ModelArtefact | undefined> {
  const start = await before;
  const { recipe, seed, window } = request;
  const { date } = walk.trainings[training]!;
  const history = trainingHistory(assets, { date }, window);
  return pool.run('trainPast', { history, recipe, seed, memory, start }, { signal }).catch((error: unknown) => {
    rethrowUnlessFault(error, signal);
    log.error({ err: error, date }, 'a training of a backtest failed');
    return undefined;
  });
}

async function decideOne(
  parts: DecisionParts,
  { request, assets, walk, keys, around: { signal } }: DecisionJob,
  slot: number,
  artefact: ModelArtefact | undefined,
): Promise<StoredChoices> {
  const { horizonDays, scenarios, seed, limits, alpha, bounds } = request;
  const { pool, log } = parts;
  const { date } = walk.slots[slot]!;
  const lost = failedChoices(limits, assets.tickers.length);
  if (artefact === undefined) return lost;
  const history = recentHistory(artefact, historyUntil(assets, date));
  const problem = { artefact, history, horizonDays, scenarios, seed, limits, alpha, bounds };
  try {
    const { choices, faults } = await pool.run('decide', problem, { signal });
    for (const fault of faults) log.error({ fault, date }, 'a limit of a backtest failed');
    // What a fault has spoilt may go well the next time.
    if (faults.length === 0) await keep(parts, keys[slot]!, choices);
    return choices;
  } catch (error) {
    rethrowUnlessFault(error, signal);
    log.error({ err: error, date }, 'a decision of a backtest failed');
    return lost;
  }
}

/** A decision that cannot be kept is still a decision. */
const keep = ({ kept, log }: DecisionParts, key: string, choices: StoredChoices): Promise<void> =>
  kept
    .set(key, choices, KEPT_MS)
    .catch((error: unknown) => log.error({ err: error }, 'a decision of a backtest could not be kept'));

/** What a person can mend, a task over its time limit among it, would hit every other decision as well. */
function rethrowUnlessFault(error: unknown, { aborted }: AbortSignal): void {
  if (aborted || error instanceof UserError || error instanceof ClosedError) throw error;
}

/** @returns what to call after each decision that was made. The time left is that of the others. */
function createTeller(all: number, missing: number, onProgress: OnProgress): () => void {
  const started = performance.now();
  const kept = all - missing;
  let made = 0;
  if (missing > 0) onProgress({ stage: 'backtest', done: kept / all, detail: `decision ${kept} of ${all}` });
  return () => {
    made++;
    const secondsLeft = ((performance.now() - started) / 1000 / made) * (missing - made);
    onProgress({
      stage: 'backtest',
      done: (kept + made) / all,
      secondsLeft,
      detail: `decision ${kept + made} of ${all}`,
    });
  };
}
