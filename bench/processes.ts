// What a running process uses, with the processes that it has started. Linux only.
import { readdirSync, readFileSync } from 'node:fs';

/** The resident memory of a process and its children, in MiB. */
export function residentMiB(pid: number): number {
  return processTree(pid).reduce((sum, one) => sum + residentKiB(one), 0) / 1024;
}

/** The processor time that a process and its children have taken so far, in seconds. */
export function cpuSeconds(pid: number): number {
  const ticks = processTree(pid).map((one) => {
    const stat = readOrNothing(() => readFileSync(`/proc/${one}/stat`, 'utf8'));
    // The second field, the name in brackets, may hold spaces. utime is the 14th.
    const [user = 0, system = 0] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number);
    return user + system;
  });
  return ticks.reduce((sum, one) => sum + one, 0) / TICKS_A_SECOND;
}

/** USER_HZ, which is 100 on every platform that Node supports. */
const TICKS_A_SECOND = 100;

/** Samples the resident memory of a process and its children. */
export function watchMemory(pid: number): { peakMiB(): number; stop(): void } {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMiB(pid));
  }, 50);
  return { peakMiB: () => peak, stop: () => clearInterval(timer) };
}

/** The process itself comes first. */
export function processTree(pid: number): number[] {
  const children = readOrNothing(() =>
    readdirSync(`/proc/${pid}/task`)
      .map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8'))
      .join(' '),
  );
  return [
    pid,
    ...children
      .split(' ')
      .filter(Boolean)
      .flatMap((child) => processTree(Number(child))),
  ];
}

function residentKiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readOrNothing(() => readFileSync(`/proc/${pid}/status`, 'utf8')))?.[1] ?? 0);
}

/** Empty when the process or thread has ended meanwhile. */
function readOrNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
