// Who may import whom in src. tests/house/imports.test.ts enforces it; `npx depcruise src` says the same by hand.
// What imports do not show (clocks, chance, computed imports, sizes) is in .oxlintrc.json.

// Names are parts of regular expressions, below src.
/** Files directly in src, except programs and configuration. They run no code of a room, so most rooms may import them. */
const GROUND = '(?!(app|cli|config|main).ts)[^/]+.ts';
/** What several features share. */
const SHARED = 'commands/[^/]+.ts';
const FEATURE = 'commands/[^/]+/';
/** What a feature keeps in the store. */
const RECORD = `${FEATURE}record.ts`;
const SLASH = `${FEATURE}slash.ts`;
const TERMINAL = `${FEATURE}(terminal[^/]*|output|csv).ts`;

/** What the files of a room may import besides each other; `types` by `import type` alone. The rest is forbidden. */
const ROOMS = {
  [GROUND]: { imports: [GROUND], types: ['engine/', 'store/'] },
  'config.ts': { imports: [GROUND] },

  'engine/': { imports: ['(durations|errors|format).ts'] },
  'workers/': { imports: ['engine/', 'charts/', '(durations|errors|fair-queue|requester).ts'] },
  'store/': { imports: ['engine/', GROUND] },
  'prices/': { imports: ['engine/(history.ts|market.ts|quality/)', GROUND], types: ['config.ts', 'engine/', 'store/'] },
  'engine-service/': { imports: ['engine/', 'workers/', 'prices/universes.ts', GROUND], types: ['prices/', 'store/'] },

  [SHARED]: {
    imports: [SHARED, RECORD, 'engine/', 'engine-service/requests.ts', 'prices/(universes|vendors/index).ts', GROUND],
    types: ['app.ts', 'charts/spec.ts', 'engine-service/', 'store/'],
  },
  'commands/slash-commands.ts': { imports: [SLASH] },
  [FEATURE]: {
    imports: [SHARED, 'charts/', 'engine/', 'engine-service/requests.ts', 'prices/universes.ts', GROUND],
    types: ['app.ts', 'engine-service/', 'prices/', 'store/'],
  },
  // What is stored of features, in one record.
  'commands/privacy/': { types: [RECORD, 'commands/allocate/buttons.ts'] },
  'commands/(universe|status)/': { types: [RECORD] },
  [TERMINAL]: { imports: ['terminal/', 'engine/', 'prices/', 'store/'] },
  // Features that give the answers of others.
  'commands/report/': { imports: ['commands/(allocate|frontier|backtest)/'] },
  'commands/demo/': { imports: ['commands/allocate/'] },
  // It reads what `scenarios` writes.
  'commands/solve/': { imports: ['commands/scenarios/csv.ts'] },

  'jobs/': {
    imports: [
      SHARED,
      FEATURE,
      'engine/',
      'engine-service/(requests|model-fit).ts',
      'prices/(calendar|universes).ts',
      GROUND,
    ],
    types: ['app.ts', 'engine-service/answers.ts'],
  },
  'discord/': { imports: [SHARED, 'config.ts', GROUND], types: ['app.ts'] },
  'terminal/': {
    imports: ['app.ts', SHARED, 'engine/', 'config.ts', 'prices/universes.ts', 'store/store.ts', GROUND],
    types: ['charts/', 'engine-service/'],
  },

  'app.ts': {
    imports: [
      'charts/',
      'commands/allocate/buttons.ts',
      'engine-service/',
      'prices/',
      'store/',
      'workers/',
      SHARED,
      GROUND,
    ],
    types: ['config.ts'],
  },
  'main.ts': {
    imports: ['app.ts', 'commands/(error-words|slash-commands).ts', 'config.ts', 'discord/', 'jobs/', GROUND],
  },
  'cli.ts': { imports: [TERMINAL, 'terminal/', SHARED, 'config.ts', GROUND] },
};

const src = (name) => `^src/${name.replaceAll('.ts', '\\.ts')}`;

/** Packages, and modules of Node. */
const packages = (...names) => `(^|^node:|node_modules/)(${names.join('|')})(/|$)`;

const DISCORD = packages('discord\\.js', '@discordjs');
const THREADS = packages('piscina', 'worker_threads');
const OUTSIDE = packages('fs', 'http', 'https', 'http2', 'net', 'tls', 'dgram', 'dns', 'child_process');
const ENGINE = ['@tensorflow', 'highs', 'pure-rand', 'quadprog', 'trading-signals', 'zod', 'crypto'];

/** It gives `util` back a function that Node removed and tfjs-node calls. */
const BACKEND = 'engine/lstm/backend.ts';
/** They read the compiled kernels, which lie beside them and are code. */
const KERNELS = 'engine/(lstm/kernel|filtered)/load.ts';
/** It reads the solver's compiled code. */
const SOLVER = 'engine/optimize/highs.ts';
/** A backtest measures against equal weights and the least risky split; /allocate and alerts offer the latter. A study follows a rule. */
const NAMES_STRATEGIES = '(engine/(backtest/decide.ts|weekly-study/)|commands/(allocate|alert)/)';

const allow = (room, name, type = {}) => ({ from: { path: src(room) }, to: { path: src(name), ...type } });
const forbid = (name, from, to) => ({ name, severity: 'error', from, to });
const onlyPackages = (name, from, ...names) => forbid(name, from, { pathNot: [src(''), packages(...names)] });
const list = (name, from, path) => ({
  name,
  severity: 'error',
  from: { path: src(from) },
  module: { path: src(path), numberOfDependentsLessThan: 1 },
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  allowed: [
    { from: { path: src('') }, to: { path: '^(?!src/)' } },
    // Every room, and every feature, itself.
    { from: { path: '^src/(commands/[^/]+/|(?!commands/)[^/]+/)' }, to: { path: '^src/$1' } },
    ...Object.entries(ROOMS).flatMap(([room, { imports = [] }]) => imports.map((name) => allow(room, name))),
    ...Object.entries(ROOMS).flatMap(([room, { types = [] }]) =>
      types.map((name) => allow(room, name, { dependencyTypes: ['type-only'] })),
    ),
  ],
  allowedSeverity: 'error',
  forbidden: [
    forbid('no import cycle', {}, { circular: true }),
    forbid('nothing outside src', { path: src('') }, { pathNot: src(''), dependencyTypes: ['local'] }),
    forbid(
      'discord.js at run time',
      { pathNot: src('discord/') },
      { path: DISCORD, dependencyTypesNot: ['type-only'] },
    ),
    forbid('threads', { pathNot: src('(workers/|store/(sqlite|thread))') }, { path: THREADS }),
    forbid(
      'no files, network or processes',
      { path: src('(engine|charts|commands)/'), pathNot: [src(TERMINAL), src(KERNELS), src(SOLVER)] },
      { path: OUTSIDE },
    ),
    onlyPackages(
      'packages of the engine',
      { path: src('engine/'), pathNot: [src(BACKEND), src(KERNELS), src(SOLVER)] },
      ...ENGINE,
    ),
    onlyPackages("packages of the engine's backend", { path: src(BACKEND) }, ...ENGINE, 'util'),
    onlyPackages("packages of the kernels' loaders", { path: src(KERNELS) }, ...ENGINE, 'fs'),
    onlyPackages("packages of the solver's loader", { path: src(SOLVER) }, ...ENGINE, 'fs', 'module'),
    forbid(
      'the LSTM is behind its strategies',
      { pathNot: src('engine/(lstm|filtered|forecast|strategies)/') },
      { path: src('engine/lstm/') },
    ),
    forbid(
      'strategies show no more than their index',
      { pathNot: src('engine/strategies/') },
      { path: src('engine/strategies/'), pathNot: src('engine/strategies/([^/]+/index|drawn|index|strategy).ts') },
    ),
    forbid(
      'strategies are found in their list',
      { path: src(''), pathNot: [src('engine/strategies/'), src(NAMES_STRATEGIES)] },
      { path: src('engine/strategies/[^/]+/') },
    ),
    list('slash commands are listed', 'commands/slash-commands.ts', SLASH),
    list('terminal commands are listed', 'cli.ts', `${FEATURE}terminal.ts`),
    forbid('jobs are listed', { path: src('jobs/index.ts') }, { path: src('jobs/[^/]+/'), reachable: false }),
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node'],
    },
  },
};
