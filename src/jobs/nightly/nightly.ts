import type { App } from '../../app.ts';
import { nonceOf } from '../../nonce.ts';
import { NIGHTLY } from '../run-keys.ts';
import { tellOrphans } from './alerts.ts';
import { universesInUse, type UniverseInUse } from './universes-in-use.ts';
import type { Night } from './night.ts';
import { nameOf, tendUniverse } from './universe.ts';
import { nightReply, type Trouble } from './reply.ts';
import type { Job } from '../job.ts';

/** Longer than a night is tried again. */
const MARK_LIFE = 7 * 86_400_000;

/** Fresh prices, new models where they are better, alerts: one universe after another, each until it has worked. */
export const nightly: Job = {
  name: NIGHTLY,
  tasks: async (context) => [
    {
      key: NIGHTLY,
      schedule: context.app.config.nightly,
      since: await firstStart(context.app),
      run: (due, isLastTry) => work({ ...context, due }, isLastTry),
    },
  ],
};

/** Nothing was due before the bot was first started, but everything since, whether it ran or not. */
async function firstStart({ marks, clock }: App): Promise<number> {
  const key = `${NIGHTLY}/first`;
  const known = await marks.get(key);
  if (known !== undefined) return Date.parse(known.due);
  const now = new Date(clock.now()).toISOString();
  return Date.parse((await marks.update(key, (old) => old ?? { due: now, at: now, outcome: 'done' })).due);
}

/** @throws Error when something failed, unless this is the last try: then the operators are told of what still fails */
async function work(night: Night, isLastTry: boolean): Promise<void> {
  const { universes, orphans } = await universesInUse(night.app, night.messenger);
  const troubles: Trouble[] = [];
  for (const universe of universes) {
    const what = await tendOnce(universe, night);
    if (what.length > 0) troubles.push({ where: nameOf(universe), what: what.join(' ') });
  }
  const untold = await tellOrphans(orphans, night);
  if (untold > 0) troubles.push({ where: 'alerts', what: `${untold} whose universe is no more could not be told.` });
  if (troubles.length === 0) return;
  if (!isLastTry) throw new Error(`${troubles.map(({ where }) => where).join(', ')} failed: to be tried again`);
  await tellOperators(troubles, universes.length, night);
}

/** Not again in the same night when it has worked. @returns what went wrong */
async function tendOnce(universe: UniverseInUse, night: Night): Promise<readonly string[]> {
  const { marks, clock, log } = night.app;
  const due = new Date(night.due).toISOString();
  const key = `${NIGHTLY}/${due}/${universe.key}`;
  if ((await marks.get(key)) !== undefined) return [];
  const started = performance.now();
  const troubles = await tendUniverse(universe, night);
  night.signal.throwIfAborted();
  const outcome = troubles.length === 0 ? 'done' : 'failed';
  const ms = Math.round(performance.now() - started);
  log.info({ universe: nameOf(universe), outcome, ms }, 'a universe has been tended');
  const at = new Date(clock.now()).toISOString();
  if (outcome === 'done') await marks.set(key, { due, at, outcome }, MARK_LIFE);
  return troubles;
}

async function tellOperators(troubles: readonly Trouble[], universes: number, night: Night): Promise<void> {
  const { config, log } = night.app;
  log.error({ troubles }, 'the night had trouble');
  if (config.operatorsChannelId === undefined) return;
  const reply = nightReply(night.due, universes, troubles);
  const delivery = await night.messenger.postToChannel(config.operatorsChannelId, reply, nonceOf('night', night.due));
  if (delivery !== 'sent') log.error({ delivery }, 'the operators could not be told');
}
