import { nightly } from './nightly.ts';
import { reports } from './reports.ts';
import type { Job } from './types.ts';

/** Every job there is, by hand, in the order in which those that are due together take their turns. */
export const jobs: readonly Job[] = [nightly, reports];
