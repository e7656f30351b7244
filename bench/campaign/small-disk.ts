import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { processTree } from '../processes.ts';

/** A directory of one process in which there may be no room. */
export interface SmallDisk {
  readonly name: string;
  readonly path: string;
  /** The program that starts the process, with its options. */
  readonly through: readonly string[];
  fill(pid: number): void;
  makeRoom(pid: number): void;
}

const MIB = 2 ** 20;
const SIZE_MIB = 24;

/** A file system of its own where mounting is allowed, otherwise a limit to the size of files. @param models are copied there */
export function smallDisk(home: string, models: string): SmallDisk {
  const path = join(home, 'small');
  mkdirSync(path);
  const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', path]).status === 0;
  return canMount ? mountedDisk(path, models) : limitedDisk(path, models);
}

function mountedDisk(path: string, models: string): SmallDisk {
  const script = `mount -t tmpfs -o size=${SIZE_MIB}m none "$0" && cp -r "$1" "$0/models" && shift && exec "$@"`;
  /** The mount is seen by the process alone. */
  const ballast = (pid: number): string => join(`/proc/${pid}/root`, path, 'ballast');
  return {
    name: `full disk of ${SIZE_MIB} MiB`,
    path,
    through: ['unshare', '-rm', 'sh', '-c', script, path, models],
    fill(pid) {
      const file = openSync(ballast(pid), 'w');
      try {
        for (const size of [MIB, 4096, 1]) writeUntilFull(file, size);
      } finally {
        closeSync(file);
      }
    },
    makeRoom: (pid) => rmSync(ballast(pid)),
  };
}

function writeUntilFull(file: number, size: number): void {
  const block = Buffer.alloc(size);
  try {
    for (let written = 0; written < SIZE_MIB * MIB; written += size) writeSync(file, block);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}

function limitedDisk(path: string, models: string): SmallDisk {
  return {
    name: 'full disk, by a limit to files',
    path,
    through: ['sh', '-c', 'cp -r "$1" "$0/models" && shift && exec "$@"', path, models],
    fill: (pid) => limitFiles(pid, '1'),
    makeRoom: (pid) => limitFiles(pid, 'unlimited'),
  };
}

function limitFiles(pid: number, bytes: string): void {
  for (const one of processTree(pid)) execFileSync('prlimit', ['--pid', `${one}`, `--fsize=${bytes}:unlimited`]);
}
