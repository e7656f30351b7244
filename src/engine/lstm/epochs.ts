import type { OnProgress } from '../types.ts';

interface EpochOptions {
  /** Training stops after this many epochs without a better one; absent: after all. */
  readonly patience?: number | undefined;
  readonly maxEpochs: number;
  /** Whether the best epoch's weights are kept, or the last one's. */
  readonly keepBest: boolean;
  /** Milliseconds; used only to estimate the time left. */
  readonly now: () => number;
  readonly onProgress?: OnProgress | undefined;
}

/** Of one epoch. Without a validation loss epochs are compared by that of the training. */
interface Losses {
  readonly training: number;
  readonly validation?: number;
}

interface EpochCount {
  readonly epochs: number;
  /** The one whose weights were kept. */
  readonly bestEpoch: number;
}

const comparedLoss = ({ training, validation }: Losses): number => validation ?? training;

function describeEpoch({ patience, maxEpochs }: EpochOptions, epoch: number, losses: Losses): string {
  const most = patience === undefined ? '' : 'at most ';
  const name = losses.validation === undefined ? 'loss' : 'validation loss';
  return `epoch ${epoch} of ${most}${maxEpochs}, ${name} ${comparedLoss(losses).toFixed(3)}`;
}

/**
 * Trains until patience or epochs run out.
 *
 * @param train one epoch
 * @param keep called after each epoch that is the one to keep so far
 * @returns the losses of the epoch whose weights were kept
 */
export async function runEpochs<L extends Losses>(
  options: EpochOptions,
  train: () => Promise<L>,
  keep: () => void,
): Promise<L & EpochCount> {
  const { patience = Infinity, maxEpochs, keepBest, now, onProgress } = options;
  const startedAt = now();
  let best: (L & Pick<EpochCount, 'bestEpoch'>) | undefined;
  let epoch = 0;
  do {
    epoch += 1;
    const losses = await train();
    if (!best || !keepBest || comparedLoss(losses) < comparedLoss(best)) {
      best = { ...losses, bestEpoch: epoch };
      keep();
    }
    const expected = Math.min(maxEpochs, best.bestEpoch + patience);
    const secondsLeft = ((expected - epoch) * (now() - startedAt)) / 1000 / epoch;
    onProgress?.({
      stage: 'training',
      done: epoch / expected,
      secondsLeft,
      detail: describeEpoch(options, epoch, losses),
    });
  } while (epoch < maxEpochs && epoch - best.bestEpoch < patience);
  return { ...best, epochs: epoch };
}
