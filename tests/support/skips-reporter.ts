import type { Reporter, TestModule } from 'vitest/node';
import { sharedExists, sharedPrefix } from './shared-files.ts';

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
    const wrongly = skipped.filter((name) => sharedExists && name.includes(sharedPrefix));
    if (wrongly.length === 0) return;
    process.stdout.write(`${wrongly.length} skipped although ../shared is here\n`);
    process.exitCode = 1;
  }
}
