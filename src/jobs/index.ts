import { nightly } from './nightly/nightly.ts';
import { reports } from './reports/reports.ts';
import type { Job } from './job.ts';

/** Every job. Tasks that are due together run in this order. */
export const jobs: readonly Job[] = [nightly, reports];
