// Pure: what the two memories do differently while a model is trained and judged.
import type { Hyper } from './artefact.ts';
import type { Block, Series } from './blocks.ts';
import { segments } from './segments.ts';
import type { Reading, Trainer } from './trainer.ts';
import { windows } from './windows.ts';

/** Of one gradient step. */
export interface Batch extends Reading {
  /** (B, S, n) what came on the days that are asked for. */
  readonly targets: Float32Array;
}

/** A series as a model is to read it. */
export interface Subject {
  readonly series: Series;
  readonly hyper: Hyper;
}

export interface Feed {
  /** All that a block can teach, in the order of time. */
  readonly batches: (subject: Subject, block: Block) => Iterable<Batch>;
  /** @returns (to − from, n) standardised predictions of the block's days */
  readonly predictBlock: (trainer: Pick<Trainer, 'predict'>, subject: Subject, block: Block) => Float32Array;
}

export const feedOf = ({ memory }: Hyper): Feed => (memory === 'carried' ? segments : windows);
