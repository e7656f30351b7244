import type { Reporter, TestModule } from 'vitest/node';
import { sharedExists, sharedPrefix } from './shared-files.ts';

/** Names every skipped test, and fails the run when one was skipped although what it needs is here. */
const reporter: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')].map((test) => test.fullName));
    for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
    const wrongly = skipped.filter((name) => sharedExists && name.includes(sharedPrefix));
    if (wrongly.length === 0) return;
    process.stdout.write(`${wrongly.length} skipped although ../shared is here\n`);
    process.exitCode = 1;
  },
};

export default reporter;
