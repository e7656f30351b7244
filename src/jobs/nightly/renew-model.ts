import { BusyError, isStoreFailure, UserError } from '../../errors.ts';
import { DEFAULT_STRATEGY, findStrategy } from '../../engine/strategies/index.ts';
import type { StrategyChoice } from '../../engine/strategies/strategy.ts';
import { DEFAULT_SAMPLING, DEFAULTS } from '../../parse.ts';
import { horizonClass, RECORD_HORIZONS } from '../../engine-service/requests.ts';
import { retryWhileBusy } from '../../async.ts';
import type { RunContext } from '../job.ts';
import { saveTrainedUntil, trainedUntil } from './done-before.ts';
import { faultSentence } from './fault-sentence.ts';
import { nameOf, type UniverseInUse } from './universes-in-use.ts';

/**
 * Compares a new model with the live one, keeps the universe's record, and draws scenarios in advance. A failed step
 * leaves the rest unaffected.
 * @returns what failed, in sentences for operators
 */
export async function renewModel(universe: UniverseInUse, until: string, run: RunContext): Promise<string[]> {
  const { app, signal } = run;
  const { spec, horizons, allow } = universe;
  const failed: string[] = [];
  const told = new Set<string>();
  const tryStep = async (step: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await retryWhileBusy(work, run);
    } catch (err) {
      signal.throwIfAborted();
      app.log.error({ err, step, universe: nameOf(universe) }, 'a step of the nightly run failed');
      const sentence = faultSentence(err);
      // What stops one step stops the next: where no model can be trained, there are no scenarios either.
      if (!(err instanceof UserError && told.has(sentence))) failed.push(`${step} failed: ${sentence}`);
      told.add(sentence);
    }
  };

  await tryStep('retraining', () => retrain(universe, DEFAULT_STRATEGY, until, run));
  // Before scenarios are drawn, which depend on it.
  for (const horizonDays of RECORD_HORIZONS) {
    await tryStep(`keeping the record for ${horizonDays} days`, () => keepRecord(universe, horizonDays, run));
  }
  for (const horizonDays of horizons) {
    await tryStep(`drawing scenarios for ${horizonDays} days`, () =>
      app.engine.scenarios(
        { universe: spec, allow, strategy: DEFAULT_STRATEGY, sampling: DEFAULT_SAMPLING, horizonDays },
        { signal },
      ),
    );
  }
  for (const strategy of await askedStrategies(universe, run))
    await tryStep(`retraining for ${strategy.id}`, () => retrain(universe, strategy, until, run));
  return failed;
}

/** Beside the default one. */
async function askedStrategies({ spec, allow }: UniverseInUse, { app, signal }: RunContext) {
  try {
    return await app.engine.askedStrategies({ universe: spec, allow }, { signal });
  } catch (err) {
    signal.throwIfAborted();
    app.log.error({ err }, 'the strategies that were asked about cannot be read');
    return [];
  }
}

/** Trains only when there are new prices: at a weekend there are none. */
async function retrain(
  universe: UniverseInUse,
  strategy: StrategyChoice,
  until: string,
  run: RunContext,
): Promise<void> {
  const { engine, log } = run.app;
  const isDefault = strategy === DEFAULT_STRATEGY;
  const details = { universe: nameOf(universe), until, ...(!isDefault && { strategy: strategy.id }) };
  const key = isDefault ? universe.key : `${universe.key}/${findStrategy(strategy.id).recipeOf(strategy.params)}`;
  if ((await trainedUntil(key, run.app)) === until) {
    log.info(details, 'no new prices: not trained');
    return;
  }
  const request = { universe: universe.spec, allow: universe.allow, strategy };
  const { outcome, scores } = await engine.retrain(request, { signal: run.signal });
  log.info({ ...details, outcome, ...(scores && { scores }) }, 'trained');
  await saveTrainedUntil(key, until, run);
}

/**
 * Makes the records of the default horizon and of those that are asked about here; of the others, extends those that
 * there are. A history that is too short for a record is no failure.
 */
async function keepRecord(universe: UniverseInUse, horizonDays: number, { app, signal }: RunContext): Promise<void> {
  const { spec, allow } = universe;
  const onlyExtends = ![DEFAULTS.horizon, ...universe.horizons.map(horizonClass)].includes(horizonDays);
  try {
    await app.engine.keepRecord({ universe: spec, allow, horizonDays, onlyExtends }, { signal });
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof BusyError || isStoreFailure(error)) throw error;
    app.log.info({ universe: nameOf(universe), reason: error.message }, 'no record');
  }
}
