import type { App } from '../app.ts';
import { nonceOf } from '../community/nonce.ts';
import { NIGHTLY } from '../community/task-keys.ts';
import { tellOrphans } from '../night/alerts.ts';
import { universesInUse, type UniverseInUse } from '../night/in-use.ts';
import type { Night } from '../night/types.ts';
import { nameOf, tendUniverse } from '../night/universe.ts';
import { nightReply, type Trouble } from '../text/night.ts';
import type { Job } from './types.ts';

/** Longer than a night is tried again. */
const MARK_LIFE = 7 * 86_400_000;

/** Fresh prices, new models where they are better, alerts: one universe after another, each once a night. */
export const nightly: Job = {
  name: NIGHTLY,
  tasks: async ({ app, messenger, signal }) => [
    {
      key: NIGHTLY,
      schedule: app.config.nightly,
      since: await firstStart(app),
      run: (due) => work({ app, messenger, signal, due }),
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

async function work(night: Night): Promise<void> {
  const { universes, orphans } = await universesInUse(night.app);
  const troubles: Trouble[] = [];
  for (const universe of universes) {
    const what = await tendOnce(universe, night);
    if (what !== undefined) troubles.push({ where: nameOf(universe), what });
  }
  const untold = await tellOrphans(orphans, night);
  if (untold > 0) troubles.push({ where: 'alerts', what: `${untold} whose universe is no more could not be told.` });
  if (troubles.length > 0) await tellOperators(troubles, universes.length, night);
}

/** @returns what went wrong, also when that was before a crash of the same night */
async function tendOnce(universe: UniverseInUse, night: Night): Promise<string | undefined> {
  const { marks, clock, log } = night.app;
  const due = new Date(night.due).toISOString();
  const key = `${NIGHTLY}/${due}/${universe.key}`;
  const done = await marks.get(key);
  if (done !== undefined) return done.note;
  const started = performance.now();
  const troubles = await tendUniverse(universe, night);
  night.signal.throwIfAborted();
  const outcome = troubles.length === 0 ? 'done' : 'failed';
  const ms = Math.round(performance.now() - started);
  log.info({ universe: nameOf(universe), outcome, ms }, 'a universe is ready for the day');
  const at = new Date(clock.now()).toISOString();
  const note = troubles.length === 0 ? undefined : troubles.join(' ');
  await marks.set(key, { due, at, outcome, ...(note !== undefined && { note }) }, MARK_LIFE);
  return note;
}

async function tellOperators(troubles: readonly Trouble[], universes: number, night: Night): Promise<void> {
  const { config, log } = night.app;
  log.error({ troubles }, 'the night had trouble');
  if (config.operatorsChannelId === undefined) return;
  const reply = nightReply(night.due, universes, troubles);
  const delivery = await night.messenger.post(config.operatorsChannelId, reply, nonceOf('night', night.due));
  if (delivery !== 'sent') log.error({ delivery }, 'the operators could not be told');
}
