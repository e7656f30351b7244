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

interface Contest {
  readonly name: string;
  readonly history: History;
  /** The live model, where there is one that can speak for these prices. */
  readonly champion: ModelArtefact | undefined;
  readonly challenger: ModelArtefact;
}

/**
 * Champion against challenger: the new model goes live unless the live one scored better on days that neither
 * has learnt from; then it is kept as files that nothing uses.
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
  };
  if (scores.challenger <= scores.champion) return { ...(await win('replaced')), scores };
  const { version } = await models.keepUnused(name, challenger.manifest.recipe, challenger);
  return { artefact: challenger, version, outcome: 'kept', scores };
}
