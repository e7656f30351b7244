import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** A bot as a process of its own, whose clock is ours. */
export interface NightProcess {
  readonly pid: number;
  log(): string;
  /** Puts the clock there, lets the scheduler tick, and waits until what that began has ended. */
  at(now: number): Promise<void>;
  measure(): Promise<Held>;
  stop(): Promise<void>;
}

const heldSchema = z.object({ memory: z.number(), listeners: z.number() });

/** The memory in MiB, and how many listeners, timers and sockets there are. */
export type Held = z.infer<typeof heldSchema>;

const script = fileURLToPath(new URL('../../tests/e2e/night-child.ts', import.meta.url));

export async function startNightProcess(env: Readonly<Record<string, string>>, now: number): Promise<NightProcess> {
  const child = fork(script, [String(now)], {
    env: { ...process.env, ...env },
    execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc'],
    silent: true,
  });
  let log = '';
  child.stderr?.on('data', (chunk) => (log += String(chunk)));
  const died = once(child, 'exit').then(() => Promise.reject(new Error(`the bot died: ${log.slice(-2_000)}`)));
  died.catch(() => {});
  const hear = (isIt: (message: unknown) => boolean): Promise<unknown> => {
    const heard = new Promise((resolve) => {
      const listen = (message: unknown): void => {
        if (!isIt(message)) return;
        child.off('message', listen);
        resolve(message);
      };
      child.on('message', listen);
    });
    return Promise.race([heard, died]);
  };
  await hear((message) => message === 'ready');
  return {
    pid: child.pid ?? 0,
    log: () => log,
    async at(time) {
      const settled = hear((message) => message === 'settled');
      child.send(time);
      await settled;
    },
    async measure() {
      const held = hear((message) => heldSchema.safeParse(message).success);
      child.send('measure');
      return heldSchema.parse(await held);
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.send('stop');
      await gone;
    },
  };
}
