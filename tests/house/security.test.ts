import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const installedSchema = z.object({
  packages: z.record(z.string(), z.object({ hasInstallScript: z.boolean().optional() })),
});

it('the README names every package that has an install script, and SECURITY.md leads there', () => {
  const { packages } = installedSchema.parse(JSON.parse(read('node_modules/.package-lock.json')));
  const withScripts = Object.keys(packages).filter((path) => packages[path]?.hasInstallScript === true);
  const [, section = ''] = read('README.md').split('### Security: what npm runs at installation');
  const named = new Set([...section.matchAll(/^- `([^`]+)`/gm)].map(([, name]) => `node_modules/${name}`));
  expect(withScripts.filter((path) => !named.has(path))).toEqual([]);
  expect(withScripts).toContain('node_modules/core-js');
  expect(read('SECURITY.md')).toContain('(README.md#security-what-npm-runs-at-installation)');
});
