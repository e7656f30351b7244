import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readmeBlock, withRecord } from '../../bench/record-readme.ts';

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

describe("the README's figures of the record", () => {
  it('are those of docs/record.md', () => {
    const readme = read('README.md');
    expect(withRecord(readme, read('docs/record.md'))).toBe(readme);
  });

  it('lack no set, and have a place', () => {
    expect(() => readmeBlock('| a | b |')).toThrow('docs/record.md has no us20 2012–2022 by filtered');
    expect(() => withRecord('nothing', '')).toThrow('README.md lacks');
  });
});
