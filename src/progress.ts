import type { OnProgress, Progress } from './engine/types.ts';
import { roughly } from './format.ts';

const STAGES: Readonly<Record<Progress['stage'], string>> = {
  prices: 'Fetching prices',
  training: 'Training a model',
  scenarios: 'Drawing scenarios',
  backtest: 'Backtesting',
};

/** `Drawing scenarios: 42% done, about 7 s left` */
export function describeProgress({ stage, done, secondsLeft, detail }: Progress): string {
  const parts = [
    detail,
    `${Math.floor(done * 100)}% done`,
    secondsLeft !== undefined && done < 1 && `about ${roughly(secondsLeft)} left`,
  ];
  return `${STAGES[stage]}: ${parts.filter((part) => part !== undefined && part !== false).join(', ')}`;
}

/** Adapts a callback that takes text. */
export const progressText =
  (show: (text: string) => void): OnProgress =>
  (progress) =>
    show(describeProgress(progress));
