import type { App } from '../app.ts';
import type { ChartSpec } from '../charts/spec.ts';
import type { OnProgress } from '../engine/types.ts';
import type { ReplyImage } from '../reply.ts';
import type { Context } from './slash-command.ts';

/** What computing an answer needs: for a member's command, or for a job that posts to a channel. */
export interface AnswerContext {
  readonly app: App;
  /** The only member who may press the answer's buttons; absent: it has none. */
  readonly memberId?: string | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** See `Context`; absent: the answer stays as it is. */
  readonly amend?: Context['amend'] | undefined;
}

/** An image before it is drawn. */
export type Picture = Omit<ReplyImage, 'png'> & { readonly chart: () => ChartSpec };

/** An answer without its picture is still an answer, so a chart that fails is only logged. */
export async function pictureOf(
  { charts, log }: Pick<App, 'charts' | 'log'>,
  { chart, ...image }: Picture,
): Promise<ReplyImage | undefined> {
  try {
    return { ...image, png: await charts.png(chart()) };
  } catch (error) {
    log.error({ err: error }, 'the chart could not be drawn');
    return undefined;
  }
}
