// The entry of a SQLite file's thread.
import { parentPort, workerData } from 'node:worker_threads';
import { SqliteService } from './sqlite-service.ts';
import { serveCalls } from './thread-calls.ts';

export interface SqliteThreadData {
  readonly path: string;
}

const { path }: SqliteThreadData = workerData;

if (parentPort !== null) serveCalls(parentPort, (deadline) => SqliteService.open(path, deadline));
