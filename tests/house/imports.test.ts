import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importsOf, roomOf, roomsOf, violations } from './import-rules.ts';
import type { Rules } from './import-rules.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const src = `${root}src/`;
const rooms = roomsOf(readFileSync(`${root}ARCHITECTURE.md`, 'utf8'));

const rules: Rules = {
  rooms,
  packages: [
    { packages: ['discord.js', '@discordjs/*'], onlyIn: ['bot'], typesAnywhere: true },
    { packages: ['piscina', 'node:worker_threads'], onlyIn: ['workers'] },
    {
      packages: [
        'node:fs',
        'node:http',
        'node:https',
        'node:http2',
        'node:net',
        'node:tls',
        'node:dgram',
        'node:dns',
        'node:child_process',
      ],
      notIn: ['engine', 'charts', 'text', 'commands'],
      // It reads the compiled kernel, which lies beside it and is code.
      except: ['engine/lstm/kernel/load.ts'],
    },
  ],
  closed: {
    engine: ['@tensorflow/*', 'highs', 'pure-rand', 'zod', 'node:crypto'],
    // It finds tfjs-node and mends util for it.
    'engine/lstm/backend.ts': ['node:module', 'node:path', 'node:url', 'node:util'],
    'engine/lstm/kernel/load.ts': ['node:fs'],
  },
  words: [
    { word: /\bMath\s*\.\s*random\b/, called: 'Math.random' },
    {
      word: /\bDate\s*\.\s*now\b|\bnew\s+Date\b(?!\s*\(\s*[^\s)])/,
      called: 'the clock',
      notIn: ['engine', 'charts', 'text'],
    },
  ],
  listed: ['commands', 'jobs'],
  computed: ['engine/lstm/backend.ts'],
};

describe('the project', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path, source: readFileSync(src + path, 'utf8') }));

  it('keeps the rules of its imports', () => {
    expect(files.map(({ path }) => path)).toContain('errors.ts');
    expect(violations(files, rules)).toEqual([]);
  });

  it('has the rooms of the table in ARCHITECTURE.md, and imports all that it allows', () => {
    const places = new Set(files.map(({ path }) => roomOf(path)));
    expect(Object.keys(rooms).toSorted()).toEqual([...places].toSorted());
    const needless = Object.entries(rooms).flatMap(([room, names]) => {
      const own = files.filter(({ path }) => roomOf(path) === room);
      const isNeedless = (name: string): boolean => {
        const fewer = { ...rooms, [room]: names.filter((one) => one !== name) };
        return violations(own, { ...rules, rooms: fewer }).length === 0;
      };
      // Errors are below everything: a room may have none to throw today.
      return names.filter((name) => name !== 'errors' && isNeedless(name)).map((name) => `${room}: ${name}`);
    });
    expect(needless).toEqual([]);
  });
});

describe('the reader of imports', () => {
  it.each([
    ["import a from './a.ts';", './a.ts', false],
    ["import * as a from './a.ts';", './a.ts', false],
    ['import a, {\n  b,\n  type C,\n} from "./a.ts"', './a.ts', false],
    ["import { type A } from './a.ts';", './a.ts', false],
    ["import type { A } from './a.ts';", './a.ts', true],
    ["import type A from './a.ts';", './a.ts', true],
    ["import type from './a.ts';", './a.ts', false],
    ["import './a.ts';", './a.ts', false],
    ["const a = 1; import './a.ts';", './a.ts', false],
    ["export { a } from './a.ts';", './a.ts', false],
    ["export * from './a.ts';", './a.ts', false],
    ["export type { A } from './a.ts';", './a.ts', true],
    ["const a = await import('./a.ts');", './a.ts', false],
    ["const a = await import(\n  './a.ts', { with: {} });", './a.ts', false],
    ["type A = typeof import('./a.ts');", './a.ts', true],
    ["const a = require('./a.ts');", './a.ts', false],
    ['const a = await import(name);', undefined, false],
    ["const a = await import('./' + name);", undefined, false],
    ["const url = 'http://x'; import a from './a.ts'; // import b from 'b'", './a.ts', false],
  ])('reads %j', (source, from, type) => {
    expect(importsOf(source)).toEqual([{ from, type }]);
  });

  it.each([
    "// import a from './a.ts';",
    "/*\nimport a from './a.ts';\n*/",
    'const s = "say: import a from \'a\'";',
    "Array.from('abc'); table.import('x');",
  ])('reads nothing in %j', (source) => {
    expect(importsOf(source)).toEqual([]);
  });
});

/** What is wrong with one more file in a project that lists one command. */
const broken = (path: string, source: string): string[] =>
  violations(
    [
      { path: 'commands/index.ts', source: "import './ping.ts';" },
      { path, source },
    ],
    rules,
  );

describe('the rules', () => {
  it.each([
    [
      'engine/lstm/a.ts',
      "import '../../errors.ts'; import '../types.ts'; import { x } from 'pure-rand/x'; import 'node:crypto';",
    ],
    ['engine/lstm/backend.ts', "import 'node:module'; await import(name);"],
    ['engine/a.ts', '// Math.random and Date.now are forbidden\nconst day = new Date(0);'],
    ['data/a.ts', "import type { Table } from '../store/table.ts'; import { readFile } from 'node:fs';"],
    [
      'commands/ping.ts',
      "import type { App } from '../app.ts'; import type { X } from 'discord.js'; import type { Command } from './types.ts';",
    ],
    ['bot/client.ts', "import { Client } from 'discord.js'; import { commands } from '../commands/index.ts';"],
    ['cli.ts', "import './cli/solve.ts'; import './app.ts'; Date.now();"],
    ['cli/solve.ts', "import '../bot/client.ts';"],
  ])('are kept by %s: %s', (path, source) => {
    expect(broken(path, source)).toEqual([]);
  });

  it.each([
    ['engine/a.ts', "import '../data/csv.ts';", 'engine may import errors'],
    ['engine/a.ts', "import type { X } from '../data/csv.ts';", 'engine may import errors'],
    ['engine/a.ts', "import 'lru-cache';", 'engine may import @tensorflow/*'],
    ['engine/lstm/a.ts', "import 'node:fs/promises';", 'engine, charts, text, commands may not'],
    ['engine/a.ts', "import 'node:module';", 'engine may import @tensorflow/*'],
    ['engine/a.ts', 'const x = Math.random();', 'uses Math.random, which nothing may'],
    ['bot/a.ts', 'const x = Math.random();', 'uses Math.random, which nothing may'],
    ['text/a.ts', 'const now = Date.now;', 'uses the clock'],
    ['charts/a.ts', 'const now = new Date();', 'uses the clock'],
    ['charts/a.ts', 'const now = new Date;', 'uses the clock'],
    ['charts/a.ts', "import { readFileSync } from 'fs';", 'engine, charts, text, commands may not'],
    ['text/a.ts', "import 'node:fs/promises';", 'engine, charts, text, commands may not'],
    ['data/a.ts', "import { Table } from '../store/table.ts';", 'at run time: data may import'],
    ['data/a.ts', "import type { Store } from '../store/store.ts';", 'data may import'],
    ['errors.ts', "import './config.ts';", 'errors may import nothing but itself'],
    ['app.ts', "import './bot/client.ts';", 'app may import'],
    ['commands/ping.ts', "import { createApp } from '../app.ts';", 'at run time: commands may import'],
    ['commands/ping.ts', "import { type App } from '../app.ts';", 'at run time: commands may import'],
    ['commands/ping.ts', "import '../jobs/nightly.ts';", 'commands may import'],
    ['commands/ping.ts', "import './help.ts';", 'files of commands never import each other'],
    ['commands/ping.ts', "import { Client } from 'discord.js';", 'only bot may'],
    ['main.ts', "import { REST } from '@discordjs/rest';", 'only bot may'],
    ['app.ts', "import { Piscina } from 'piscina';", 'only workers may'],
    ['store/a.ts', "import '../../package.json.ts';", 'outside src'],
    ['store/a.ts', "import './b';", 'a relative import ends in .ts'],
    ['store/a.ts', 'await import(name);', 'computed name'],
    ['commands/lost.ts', '', 'src/commands/lost.ts is not listed in src/commands/index.ts.'],
    ['attic/a.ts', '', 'src/attic/a.ts is in no known room: add attic to the table'],
  ])('are broken by %s: %s', (path, source, sentence) => {
    expect(broken(path, source)).toEqual([expect.stringContaining(sentence)]);
  });

  it('miss no command when there is no list', () => {
    expect(violations([{ path: 'jobs/nightly.ts', source: '' }], rules)).toEqual([
      'src/jobs/nightly.ts is not listed in src/jobs/index.ts.',
    ]);
  });
});
