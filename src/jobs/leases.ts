import type { App } from '../app.ts';
import type { Task } from './job.ts';
import { begun, done, failed, isHeldBy, MOST_ATTEMPTS, released, turnNow, type Turn } from './attempts.ts';

const ENDS = { done, failed, released };

export type Outcome = keyof typeof ENDS;

/** Tasks' marks in the store, by which schedulers, also in several processes, agree on who does what. */
export interface Claims {
  /** Takes the turn that has come, for nobody else to take. Where its tries are used up, `isGivenUp`: not to be done. */
  take(task: Task): Promise<(Turn & { readonly isGivenUp: boolean }) | undefined>;
  /** Says that whoever took it is still there. */
  hold(key: string, turn: Turn): Promise<void>;
  end(key: string, turn: Turn, outcome: Outcome): Promise<void>;
}

export function createClaims({ marks, clock }: Pick<App, 'marks' | 'clock'>): Claims {
  /** Leaves a mark alone that another scheduler has written since. */
  const change = async (key: string, turn: Turn, mark: typeof begun): Promise<void> => {
    const old = await marks.get(key);
    if (!isHeldBy(turn, old)) return;
    await marks.update(key, (now) => (isHeldBy(turn, now) ? mark(turn, clock.now()) : (now ?? old)));
  };

  return {
    async take(task) {
      const now = clock.now();
      // Nearly always there is nothing to do, and so nothing to write.
      if (turnNow(task, await marks.get(task.key), now) === undefined) return undefined;
      let taken: Turn | undefined;
      await marks.update(task.key, (old) => {
        taken = turnNow(task, old, now);
        if (taken !== undefined) return taken.attempt > MOST_ATTEMPTS ? failed(taken, now) : begun(taken, now);
        if (old === undefined) throw new Error(`the turn of ${task.key} has come and gone`);
        return old;
      });
      return taken && { ...taken, isGivenUp: taken.attempt > MOST_ATTEMPTS };
    },
    hold: (key, turn) => change(key, turn, begun),
    end: (key, turn, outcome) => change(key, turn, ENDS[outcome]),
  };
}
