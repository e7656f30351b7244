import { UserError } from '../../src/errors.ts';
import type { Handlers } from '../../src/workers/task-types.ts';
import { serve } from '../../src/workers/serve.ts';

/** What goes wrong on threads, and what goes well beside it. */
export interface TestTasks {
  /** Says how far it is, in `steps` steps, and gives back what it got. */
  echo: { input: { value: unknown; ms?: number; steps?: number }; output: unknown };
  spin: { input: undefined; output: never };
  exit: { input: number; output: never };
  fillHeap: { input: undefined; output: never };
  fillMemory: { input: undefined; output: unknown };
  refuse: { input: string; output: never };
  fail: { input: string; output: never };
  niceness: { input: undefined; output: number };
}

const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

const handlers: Handlers<TestTasks> = {
  async echo({ value, ms = 0, steps = 1 }, onProgress) {
    for (let step = 1; step <= steps; step++) {
      onProgress({ stage: 'training', done: step / steps });
      await sleep(ms / steps);
    }
    return value;
  },
  async spin() {
    for (;;);
  },
  async exit(code) {
    process.exit(code);
  },
  async fillHeap() {
    const kept: object[] = [];
    for (;;) kept.push({ at: kept.length });
  },
  async fillMemory() {
    return new Float64Array(2 ** 40);
  },
  async refuse(option) {
    throw new UserError('That cannot be done.', { option, code: 'lane.refused', data: { got: [1, 'x'] } });
  },
  async fail(message) {
    throw new Error(message);
  },
  async niceness() {
    const { readFileSync } = await import('node:fs');
    // Field 19, counted behind the name, which may hold blanks; of the thread that reads.
    return Number(readFileSync('/proc/thread-self/stat', 'utf8').split(') ')[1]?.split(' ')[16]);
  },
};

export default serve<TestTasks>(async () => handlers);
