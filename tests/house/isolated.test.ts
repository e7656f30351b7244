import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ISOLATED } from '../../vitest.config.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

// In a shared process a replaced module would stay replaced for the files after it.
it('files that replace a module, and no others, have processes of their own', () => {
  const files = globSync('tests/**/*.test.ts', { cwd: root });
  const replacing = files.filter((file) => /\bvi\.(do)?mock\(/.test(readFileSync(`${root}${file}`, 'utf8')));
  expect(replacing).toEqual(ISOLATED);
});
