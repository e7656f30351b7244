import type { Reply } from '../reply.ts';
import { progressText } from '../progress.ts';
import type { AnswerContext } from './answer.ts';
import type { Context } from './slash-command.ts';

/**
 * Answers a member in one of the places for backtests. Scheduled work needs none, so it waits for no member's.
 * @throws UserError as `Semaphore`
 */
export function inBacktestPlace(
  { app, guildId, memberId, progress, signal }: Context,
  answer: (context: AnswerContext) => Promise<Reply>,
): Promise<Reply> {
  const show = progressText(progress);
  return app.backtestSemaphore.tryRun({ memberId, guildId }, (place) =>
    answer({
      app,
      onProgress(step) {
        if (step.stage === 'backtest' && step.secondsLeft !== undefined) place.expect(step.secondsLeft);
        show(step);
      },
      signal,
    }),
  );
}
