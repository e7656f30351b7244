import { nightly } from './nightly/nightly.ts';
import { reports } from './reports/reports.ts';
import type { Job } from './job.ts';

/** Every job there is, by hand, in the order in which those that are due together take their turns. */
export const jobs: readonly Job[] = [nightly, reports];
