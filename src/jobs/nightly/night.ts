import type { App } from '../../app.ts';
import type { Messenger } from '../../messenger.ts';

/** One night's work. */
export interface Night {
  readonly app: App;
  readonly messenger: Messenger;
  /** Aborts when the bot stops. */
  readonly signal: AbortSignal;
  /** Before busy threads are asked again; absent: some seconds. */
  readonly pauseMs?: number | undefined;
  /** Milliseconds since 1970: the time that it is done for. */
  readonly due: number;
}
