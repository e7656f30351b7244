// A process of its own that is guarded, and in which something goes wrong.
import { guardProcess } from '../src/process-guard.ts';
import { createLog } from '../src/log.ts';
import { Mishaps } from '../src/mishaps.ts';

const log = createLog('info');
setInterval(() => {}, 1_000);
const leave = (): Promise<void> => {
  if (process.argv[2] === 'stuck') return Promise.withResolvers<void>().promise;
  log.info('left in order');
  return Promise.resolve();
};
const end = guardProcess({ log, mishaps: new Mishaps(log), leave, longestMs: 50 });
void Promise.reject(new Error('of member 200000000000000001'));
if (process.argv[2] === 'exception') {
  setTimeout(() => {
    throw new Error('a bug');
  }, 10);
} else {
  setTimeout(() => end(0), 10);
}
