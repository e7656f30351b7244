import type { History } from '../engine/history.ts';
import { identityOf, type ModelArtefact } from '../engine/lstm/artefact.ts';
import type { ModelStore } from '../store/models.ts';
import type { Pool, TaskOptions } from '../workers/pool.ts';
import type { Retrained } from './types.ts';

export interface RetrainedModel extends Pick<Retrained, 'version' | 'outcome' | 'scores'> {
  readonly artefact: ModelArtefact;
}

interface Parts {
  readonly models: Pick<ModelStore, 'keepUnused'>;
  readonly pool: Pick<Pool, 'run'>;
  readonly goLive: (name: string, artefact: ModelArtefact) => Promise<{ readonly version: string }>;
}

/** Trading days, about a month, after which the live model must make way for a sound one. */
const REIGN_DAYS = 21;

/** Of two sound models none has scored so much worse than the other: this one's training went wrong. */
const WRONG = 1.05;

interface Contest {
  readonly name: string;
  readonly history: History;
  /** The live model, where there is one that can speak for these prices. */
  readonly champion: ModelArtefact | undefined;
  readonly challenger: ModelArtefact;
}

/**
 * Champion against challenger: the new model goes live unless the live one scored better on days that neither
 * has learnt from; then it is kept as files that nothing uses. A champion of a month gives way to any challenger
 * whose training did not go wrong: docs/decisions/2026-11-21-champion-challenger.md.
 */
export async function settle(
  { models, pool, goLive }: Parts,
  { name, history, champion, challenger }: Contest,
  options: TaskOptions,
): Promise<RetrainedModel> {
  const win = async (outcome: 'first' | 'unchanged' | 'replaced'): Promise<RetrainedModel> => {
    const { version } = await goLive(name, challenger);
    return { artefact: challenger, version, outcome };
  };
  if (champion === undefined) return win('first');
  if (identityOf(champion) === identityOf(challenger)) return win('unchanged');
  const scored = await pool.run('contest', { history, champion, challenger }, options);
  const scores = {
    champion: scored.champion.energyScore,
    challenger: scored.challenger.energyScore,
    days: scored.challenger.days,
    championAge: history.prices.dates.filter((date) => date > champion.manifest.trainedUntil).length,
  };
  const most = scores.championAge < REIGN_DAYS ? scores.champion : WRONG * scores.champion;
  if (scores.challenger <= most) return { ...(await win('replaced')), scores };
  const { version } = await models.keepUnused(name, challenger.manifest.recipe, challenger);
  return { artefact: challenger, version, outcome: 'kept', scores };
}
