import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian keeps PostgreSQL's programs where no PATH leads. */
const debian = '/usr/lib/postgresql';
const directories = [
  ...(process.env['PATH'] ?? '').split(delimiter),
  ...(existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : []),
];
const find = (program: string): string | undefined =>
  directories.map((directory) => join(directory, program)).find((path) => existsSync(path));

/** Absolute paths. */
export const programs = { redis: find('redis-server'), postgres: find('postgres'), initdb: find('initdb') };

/** What can be started on this machine. */
export const serverExists = {
  redis: programs.redis !== undefined,
  postgres: programs.postgres !== undefined && programs.initdb !== undefined,
};

/** How the names of tests that need a server begin; the skips reporter looks for it. */
export const serverPrefix = (kind: 'redis' | 'postgres'): string => `needs ${kind}: `;
