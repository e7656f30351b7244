import type { App } from '../app.ts';
import type { OnProgress } from '../engine/types.ts';
import type { ReplyImage } from '../reply.ts';

/** For whom something is answered: a command for a member, a job for a channel. */
export interface AnswerContext {
  readonly app: App;
  /** Who may press the answer's buttons; without a member it has none. */
  readonly memberId?: string | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

type Chart = Parameters<App['charts']['png']>[0];

/** An answer without its picture is still an answer, so a chart that fails is only logged. */
export async function pictureOf(
  { charts, log }: Pick<App, 'charts' | 'log'>,
  { chart, ...words }: Omit<ReplyImage, 'png'> & { readonly chart: () => Chart },
): Promise<ReplyImage | undefined> {
  try {
    return { ...words, png: await charts.png(chart()) };
  } catch (error) {
    log.error({ err: error }, 'the chart could not be drawn');
    return undefined;
  }
}
