import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests that replace a module (`vi.mock`), which needs processes of their own. */
export const ISOLATED = ['tests/engine/strategies/equal-weight.test.ts'];

export default defineConfig({
  test: {
    projects: [
      // One process runs many files, so that it loads the sources once, which saves a sixth of the time.
      { extends: true, test: { name: 'shared', include: ['tests/**/*.test.ts'], exclude: ISOLATED, isolate: false } },
      { extends: true, test: { name: 'isolated', include: ISOLATED } },
    ],
    reporters: ['default', './tests/support/skips-reporter.ts'],
    pool: 'forks',
    // Much of the time goes by in waiting for processes: on two cores, vitest's own choice would be one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // The programs that tests start read the sources as compiled by those before them: half of their start.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)) },
  },
});
