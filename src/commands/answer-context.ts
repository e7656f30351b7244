import type { App } from '../app.ts';
import type { OnProgress } from '../engine/types.ts';

/** For whom something is answered: a command for a member, a job for a channel. */
export interface AnswerContext {
  readonly app: App;
  /** Who may press the answer's buttons; without a member it has none. */
  readonly memberId?: string | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}
