import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { StoreError, UserError } from '../../src/errors.ts';
import { openStore } from '../../src/store/store.ts';
import { describeServers } from '../support/kinds-of-store.ts';
import { startSilentProxy } from '../support/silent-proxy.ts';
import { openTestStore } from './fixtures.ts';

const now = () => 0;
const SECRET = 'swörd/fish';

const failure = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => {
      throw new Error('expected a failure');
    },
    (error: Error) => error,
  );

const proxied = async (url: string) => {
  const proxy = await startSilentProxy(url);
  onTestFinished(() => proxy.close());
  return proxy;
};

/** Asks until it is answered. */
async function again<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (tries > 200) throw error;
      await setTimeout(50);
    }
  }
}

describeServers('a server', ({ fresh, server }) => {
  it('that does not exist is reported in one sentence without the password', async () => {
    const written = encodeURIComponent(SECRET);
    const url = (await fresh()).replace(/:[^/:]*@.*?\//, `:${written}@127.0.0.1:1/`);
    const error = await failure(openStore(`${url}?application_name=${SECRET}`, { now }));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(
      /^Expected a \w+ server that answers at \w+:\/\/….127\.0\.0\.1:1\/\w+, got ".*ECONNREFUSED.*"\.$/,
    );
    for (const text of [String(error), String(error.cause), error.stack]) {
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(written);
    }
  });

  it('that refuses the password is reported', async () => {
    const url = (await fresh()).replace(/:[^/:]*@/, `:${encodeURIComponent(SECRET)}@`);
    const error = await failure(openStore(url, { now }));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(/got ".*password/i);
    expect(error.message).not.toContain(SECRET);
  });

  it('that takes the connection and says nothing is not waited for beyond the limit', async () => {
    const proxy = await proxied(await fresh());
    proxy.setSilent(true);
    const error = await failure(openStore(proxy.url, { now, timeLimit: 300 }));
    expect(error).toBeInstanceOf(UserError);
  });

  it('that falls silent makes requests fail in time, and answers again afterwards', async () => {
    const proxy = await proxied(await fresh());
    const { store } = await openTestStore(proxy.url, 300);
    const table = store.table('numbers', z.number(), 1);
    await table.set('k', 1);
    proxy.setSilent(true);
    const started = performance.now();
    const works = [table.get('k'), table.set('k', 2), table.update('k', () => 3), table.keys(), table.delete('k')];
    const outcomes = await Promise.allSettled(works);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(outcomes.map(({ status }) => status)).toEqual(works.map(() => 'rejected'));
    const askedAgain = table.get('k');
    await expect(table.get('k')).rejects.toThrow('is being asked again');
    await expect(askedAgain).rejects.toThrow(StoreError);
    await setTimeout(400); // by now it has been sought again, in vain
    await expect(table.get('k')).rejects.toThrow(/offline|closed|answer|time/i);
    proxy.setSilent(false);
    expect(await again(() => table.get('k'))).toBe(1);
    expect(await table.update('k', (old = 0) => old + 1)).toBe(2);
  });

  it('that dies makes requests fail, and has all acknowledged data when it is back', async () => {
    const { store } = await openTestStore(await fresh(), 2_000);
    const table = store.table('numbers', z.number(), 1);
    await table.set('k', 1);
    await server().stop();
    try {
      const works = [table.get('k'), table.set('k', 2), table.update('k', () => 3), table.keys(), table.aside('k')];
      const outcomes = await Promise.allSettled(works);
      expect(outcomes.map(({ status }) => status)).toEqual(works.map(() => 'rejected'));
    } finally {
      await server().start();
    }
    expect(await again(() => table.get('k'))).toBe(1);
    expect(await table.update('k', (old = 0) => old + 1)).toBe(2);
  });

  it('that is dead can be taken leave of', async () => {
    const { store } = await openTestStore(await fresh(), 500);
    await server().stop();
    try {
      await store.close();
    } finally {
      await server().start();
    }
    await expect(store.table('numbers', z.number(), 1).get('k')).rejects.toThrow('not open');
  });
});

describeServers(
  'a store',
  ({ fresh, put, rows }) => {
    it('is rid of what has expired by the first write, also where a clock was far ahead when it was opened', async () => {
      const { store, url, clock } = await openTestStore(await fresh());
      const time = { now: clock.now + 400 * 86_400_000 };
      const other = await openStore(url, { now: () => time.now });
      onTestFinished(() => other.close());
      time.now = clock.now;
      await store.table('numbers', z.number(), 1).set('k', 1);
      await put(url, 'numbers/old', `${clock.now - 1}|{"v":1,"value":1}`);
      await other.table('numbers', z.number(), 1).set('k', 2);
      await expect.poll(async () => (await rows(url)).map(({ key }) => key)).toEqual(['numbers/k']);
    });

    it('takes a write also where what has expired cannot be removed', async () => {
      const { store, url, clock } = await openTestStore(await fresh());
      await put(url, 'numbers/old', `${clock.now - 1}|{"v":1,"value":1}`);
      const client = new pg.Client(url);
      await client.connect();
      await client.query(`CREATE FUNCTION refuse() RETURNS trigger AS 'BEGIN RAISE ''no''; END' LANGUAGE plpgsql;
        CREATE TRIGGER refusing BEFORE DELETE ON tailcap EXECUTE FUNCTION refuse()`);
      await client.end();
      const table = store.table('numbers', z.number(), 1);
      await table.set('k', 1);
      expect(await table.get('k')).toBe(1);
    });
  },
  ['postgres'],
);
