import type { History } from '../engine/history.ts';
import { findStrategy } from '../engine/strategies/index.ts';
import { identityOf, isSound, type Model } from '../engine/strategies/strategy.ts';
import type { ModelStore } from '../store/models.ts';
import type { TaskOptions } from '../workers/lane.ts';
import type { Pool } from '../workers/pool.ts';
import type { Retrained } from './answers.ts';

export interface RetrainedModel extends Pick<Retrained, 'version' | 'outcome' | 'scores'> {
  readonly model: Model;
}

interface ComparisonServices {
  readonly models: Pick<ModelStore, 'keepUnused' | 'setAside'>;
  readonly pool: Pick<Pool, 'run'>;
  /** Makes the challenger the live model. */
  readonly goLive: () => Promise<{ readonly version: string }>;
}

interface ModelComparison {
  /** The strategy's id. */
  readonly strategy: string;
  readonly name: string;
  readonly history: History;
  /** The live model, if there is one for these prices. */
  readonly champion: Model | undefined;
  readonly challenger: Model;
}

/**
 * Compares a new model (the challenger) with the live one (the champion). The challenger goes live if it scores better
 * on days that neither was trained on; otherwise it is saved, but not used. A champion that is not sound counts as none
 * and is set aside. Models of a strategy without a score always go live.
 */
export async function compareModels(
  { models, pool, goLive }: ComparisonServices,
  { strategy: id, name, history, champion, challenger }: ModelComparison,
  options: TaskOptions,
): Promise<RetrainedModel> {
  async function win(outcome: 'first' | 'unchanged' | 'replaced'): Promise<RetrainedModel> {
    const { version } = await goLive();
    return { model: challenger, version, outcome };
  }
  const strategy = findStrategy(id);
  if (champion === undefined) return win('first');
  if (identityOf(champion) === identityOf(challenger)) return win('unchanged');
  if (strategy.score === undefined) return win('replaced');
  const scored = await pool.run('score', { strategy: id, history, champion, challenger }, options);
  if (scored.champion === undefined || !isSound(scored.champion)) {
    await models.setAside(name, strategy.codec, champion, new Error('its forecasts of the newest days are not sound'));
    return win('first');
  }
  const scores = {
    champion: scored.champion.energyScore,
    challenger: scored.challenger.energyScore,
    days: scored.challenger.days,
  };
  if (isSound(scored.challenger) && scores.challenger < scores.champion) return { ...(await win('replaced')), scores };
  const { version } = await models.keepUnused(name, strategy.codec, challenger);
  return { model: challenger, version, outcome: 'kept', scores };
}
