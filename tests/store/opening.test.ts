import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { openStore } from '../../src/store/store.ts';
import { temporaryFile } from './fixtures.ts';

const now = () => 0;

describe('opening', () => {
  it.each([
    '',
    'data/tailcap.sqlite',
    'sqlite:',
    'sqlite://data/x.sqlite',
    'sqlite::memory:',
    'mysql://me:secret@host/db',
  ])('refuses %j and gives an example', async (url) => {
    const error = await openStore(url, { now }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toMatch(/Expected a store .*sqlite:\.\/data\/tailcap\.sqlite.*, got ".*"/);
    expect(String(error)).not.toContain('secret');
  });

  it('leaves a file that is no database alone and says so', async () => {
    const path = temporaryFile();
    mkdirSync(dirname(path));
    writeFileSync(path, 'date,AAPL,MSFT\n'.repeat(100));
    await expect(openStore(`sqlite:${path}`, { now })).rejects.toThrow(/Expected a SQLite file .* not a database/);
    mkdirSync(`${path}.d`);
    await expect(openStore(`sqlite:${path}.d`, { now })).rejects.toThrow(UserError);
  });
});
