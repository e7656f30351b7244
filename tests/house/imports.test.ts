import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import type { ICruiseResult } from 'dependency-cruiser';
import readOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** @returns src below this directory, cruised by the rules of .dependency-cruiser.mjs */
async function cruiseIn(baseDir: string): Promise<ICruiseResult> {
  const { output } = await cruise(['src'], { ...(await readOptions(join(root, '.dependency-cruiser.mjs'))), baseDir });
  if (typeof output === 'string') throw new Error(output);
  expect(output.modules.map(({ source }) => source)).toContain('src/errors.ts');
  return output;
}

const violations = ({ summary }: ICruiseResult): string[] =>
  summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to.replace(/^.*node_modules\//, '')}`);

describe('the project', () => {
  let project: ICruiseResult;
  beforeAll(async () => {
    project = await cruiseIn(root);
  });

  it('keeps the rules of its imports', () => {
    expect(violations(project)).toEqual([]);
  });

  it('imports all that the rules allow', () => {
    const imports = project.modules.flatMap(({ source, dependencies }) =>
      dependencies.map(({ resolved, dependencyTypes }) => ({ source, resolved, dependencyTypes })),
    );
    const needless = project.summary.ruleSetUsed?.allowed?.filter(({ from, to }) => {
      const types = 'dependencyTypes' in to ? (to.dependencyTypes ?? []) : [];
      return !imports.some(({ source, resolved, dependencyTypes }) => {
        const [importer, room = ''] = new RegExp(String(from.path)).exec(source) ?? [];
        const target = new RegExp(String(to.path).replace('$1', room));
        const isOfTypes = types.every((type) => dependencyTypes.includes(type));
        return importer !== undefined && target.test(resolved) && isOfTypes;
      });
    });
    expect(needless?.map(({ from, to }) => `${String(from.path)}: ${String(to.path)}`)).toEqual([]);
  });

  // The linter forbids Date.now there, but has no rule for this.
  it.each(['{engine,charts,commands}/**/*.ts', '{format,parse,progress,reply}.ts'])(
    'makes no date of the present in %s',
    (files) => {
      const present = /\bDate\(\s*\)|\bnew\s+Date\b(?!\()/;
      expect('new Date()').toMatch(present);
      expect('new Date(0)').not.toMatch(present);
      const paths = globSync(`${root}src/${files}`);
      expect(paths.length).toBeGreaterThan(3);
      expect(paths.filter((path) => present.test(readFileSync(path, 'utf8')))).toEqual([]);
    },
  );
});

describe('the rules', () => {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'tailcap-imports-')));
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  afterAll(() => rmSync(directory, { recursive: true }));

  /** A slash command, a terminal command and a job, all listed. */
  const listed = {
    '../tests/support.ts': '',
    'errors.ts': '',
    'app.ts': '',
    'store/table.ts': '',
    'engine/lstm/fit.ts': '',
    'engine/strategies/equal/index.ts': "import '../../lstm/fit.ts'; import './codec.ts';",
    'engine/strategies/equal/codec.ts': '',
    'cli.ts': "import './commands/ping/terminal.ts';",
    'commands/slash-commands.ts': "import { ping } from './ping/slash.ts';",
    'commands/ping/slash.ts': "import type { App } from '../../app.ts'; import { UserError } from '../../errors.ts';",
    'commands/ping/terminal.ts': "import './slash.ts'; import { readFile } from 'node:fs/promises';",
    'jobs/index.ts': "import './nightly/nightly.ts';",
    'jobs/nightly/nightly.ts': "export * from '../../commands/ping/slash.ts';",
  };

  /** @returns what a project breaks that has these files too */
  async function brokenBy(files: Readonly<Record<string, string>>): Promise<string[]> {
    rmSync(join(directory, 'src'), { recursive: true, force: true });
    for (const [path, source] of Object.entries({ ...listed, ...files })) {
      mkdirSync(dirname(join(directory, 'src', path)), { recursive: true });
      writeFileSync(join(directory, 'src', path), source);
    }
    return violations(await cruiseIn(directory));
  }

  it('are kept by what is allowed', async () => {
    const files = {
      'engine/types.ts': '',
      'engine/lstm/fit.ts': `import { UserError } from '../../errors.ts'; import type { Weights } from '../types.ts';
        import { createHash } from 'node:crypto'; import { uniformInt } from 'pure-rand/distribution/uniformInt';
        import * as tf from '@tensorflow/tfjs';`,
      'engine/strategies/index.ts': "import './equal/index.ts';",
      'engine/backtest/decide.ts': "import '../strategies/equal/index.ts'; import '../strategies/index.ts';",
      'prices/series.ts': "import type { Table } from '../store/table.ts'; import { readFile } from 'node:fs';",
      'commands/options.ts': "import type { Client } from 'discord.js';",
      'discord/client.ts': `import { Client } from 'discord.js'; import { REST } from '@discordjs/rest';
        import { commands } from '../commands/slash-commands.ts';`,
      'workers/pool.ts': "import { Piscina } from 'piscina'; import { isMainThread } from 'node:worker_threads';",
    };
    expect(await brokenBy(files)).toEqual([]);
  });

  const breaches = [
    ['engine/a.ts', "import { open } from '../store/table.ts';", 'not-in-allowed', 'src/store/table.ts'],
    ['engine/a.ts', "import type { Table } from '../store/table.ts';", 'not-in-allowed', 'src/store/table.ts'],
    ['engine/a.ts', "await import('../store/table.ts');", 'not-in-allowed', 'src/store/table.ts'],
    ['engine/a.ts', "import 'lru-cache';", 'packages of the engine', 'lru-cache'],
    ['engine/lstm/backend.ts', "import 'lru-cache';", "packages of the engine's backend", 'lru-cache'],
    ['workers/a.ts', "import '../engine/lstm/fit.ts';", 'the LSTM is behind its strategies', 'src/engine/lstm/fit.ts'],
    [
      'store/a.ts',
      "import type { A } from '../engine/lstm/fit.ts';",
      'the LSTM is behind its strategies',
      'src/engine/lstm/fit.ts',
    ],
    [
      'jobs/a.ts',
      "import '../engine/strategies/equal/index.ts';",
      'strategies are found in their list',
      'src/engine/strategies/equal/index.ts',
    ],
    [
      'commands/allocate/a.ts',
      "import '../../engine/strategies/equal/codec.ts';",
      'strategies show no more than their index',
      'src/engine/strategies/equal/codec.ts',
    ],
    ['charts/a.ts', "import 'fs';", 'no files, network or processes', 'fs'],
    ['commands/ping/reply.ts', "import 'node:net';", 'no files, network or processes', 'net'],
    ['prices/a.ts', "import { open } from '../store/table.ts';", 'not-in-allowed', 'src/store/table.ts'],
    ['prices/a.ts', "export * from '../store/table.ts';", 'not-in-allowed', 'src/store/table.ts'],
    ['commands/a.ts', "import { createApp } from '../app.ts';", 'not-in-allowed', 'src/app.ts'],
    ['commands/a.ts', "import '../jobs/index.ts';", 'not-in-allowed', 'src/jobs/index.ts'],
    ['commands/pong/a.ts', "import '../ping/slash.ts';", 'not-in-allowed', 'src/commands/ping/slash.ts'],
    [
      'commands/pong/a.ts',
      "import type { A } from '../ping/slash.ts';",
      'not-in-allowed',
      'src/commands/ping/slash.ts',
    ],
    ['commands/ping/a.ts', "import { Client } from 'discord.js';", 'discord.js at run time', 'discord.js'],
    ['app.ts', "import { Client, type Guild } from 'discord.js';", 'discord.js at run time', 'discord.js'],
    ['main.ts', "import '@discordjs/rest';", 'discord.js at run time', '@discordjs/rest'],
    ['app.ts', "import 'piscina';", 'threads', 'piscina'],
    ['app.ts', "import 'node:worker_threads';", 'threads', 'worker_threads'],
    ['format.ts', "import './app.ts';", 'not-in-allowed', 'src/app.ts'],
    ['format.ts', "import '../tests/support.ts';", 'nothing outside src', 'tests/support.ts'],
    ['attic/a.ts', "import '../errors.ts';", 'not-in-allowed', 'src/errors.ts'],
    ['commands/pong/slash.ts', '', 'slash commands are listed', 'src/commands/pong/slash.ts'],
    ['commands/pong/terminal.ts', '', 'terminal commands are listed', 'src/commands/pong/terminal.ts'],
    ['jobs/hourly/hourly.ts', '', 'jobs are listed', 'src/jobs/hourly/hourly.ts'],
  ] as const;

  // One cruise for all breaches that lie in different files.
  const rounds = Map.groupBy(breaches, ([path], k) => breaches.slice(0, k).filter(([other]) => other === path).length);

  it.each([...rounds.values()].map((round) => [round]))('are broken by each of %j', async (round) => {
    const broken = await brokenBy(Object.fromEntries(round));
    expect(broken).toHaveLength(round.length);
    for (const [path, , rule, target] of round) {
      expect(broken).toContainEqual(expect.stringContaining(`${rule}: src/${path} → ${target}`));
    }
  });

  it('are broken by an import cycle, also of types alone', async () => {
    const files = {
      'store/a.ts': "import type { B } from './b.ts';",
      'store/b.ts': "import type { C } from './c.ts';",
      'store/c.ts': "import type { A } from './a.ts';",
    };
    expect(await brokenBy(files)).toEqual(['no import cycle: src/store/a.ts → src/store/b.ts']);
  });
});
