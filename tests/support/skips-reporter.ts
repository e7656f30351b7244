import type { Reporter, TestModule } from 'vitest/node';
import { serverExists, serverPrefix } from './installed-servers.ts';
import { sharedExists, sharedPrefix } from './shared-files.ts';

/** What may be absent, and how the names of tests that need it begin. */
const NEEDS = [
  { what: '../shared', prefix: sharedPrefix, isHere: sharedExists },
  { what: 'Redis', prefix: serverPrefix('redis'), isHere: serverExists.redis },
  { what: 'PostgreSQL', prefix: serverPrefix('postgres'), isHere: serverExists.postgres },
];

/**
 * Names every skipped test, closes with the plain count that any CI can read, and fails the run when
 * a test was skipped although what it needs is here.
 */
export default class SkipsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const named = (state: 'passed' | 'failed' | 'skipped'): string[] =>
      modules.flatMap((module) => [...module.children.allTests(state)].map((test) => test.fullName));
    const skipped = named('skipped');
    for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
    process.stdout.write(
      `${named('passed').length} passed, ${named('failed').length} failed, ${skipped.length} skipped\n`,
    );
    for (const { what, prefix, isHere } of NEEDS) {
      const wrongly = skipped.filter((name) => isHere && name.includes(prefix));
      if (wrongly.length === 0) continue;
      process.stdout.write(`${wrongly.length} skipped although ${what} is here\n`);
      process.exitCode = 1;
    }
  }
}
