import { describe, expect, it } from 'vitest';
import { ProgressMessage } from '../../src/discord/progress.ts';

function start() {
  const shown: string[] = [];
  const failures: unknown[] = [];
  const time = { now: 0 };
  const sent: PromiseWithResolvers<undefined>[] = [];
  const progress = new ProgressMessage({
    show(text) {
      shown.push(text);
      const one = Promise.withResolvers<undefined>();
      sent.push(one);
      return one.promise;
    },
    now: () => time.now,
    onFailure: (error) => failures.push(error),
  });
  return { progress, shown, failures, sent, time };
}

describe('progress', () => {
  it('drops a text within two seconds of the last one', async () => {
    const { progress, shown, sent, time } = start();
    progress.update('first');
    sent[0]?.resolve(undefined);
    await Promise.resolve();
    time.now = 1_999;
    progress.update('too soon');
    time.now = 2_000;
    progress.update('second');
    expect(shown).toEqual(['first', 'second']);
  });

  it('drops a text while the last one is being sent', async () => {
    const { progress, shown, time } = start();
    progress.update('first');
    time.now = 10_000;
    progress.update('the first has not arrived');
    expect(shown).toEqual(['first']);
  });

  it('shows nothing after it was closed, and closes when the last has arrived', async () => {
    const { progress, shown, sent, time } = start();
    progress.update('first');
    let isClosed = false;
    const closed = progress.close().then(() => (isClosed = true));
    await new Promise(setImmediate);
    expect(isClosed).toBe(false);
    sent[0]?.resolve(undefined);
    await closed;
    time.now = 10_000;
    progress.update('after the end');
    expect(shown).toEqual(['first']);
  });

  it('reports failures and continues', async () => {
    const { progress, shown, failures, sent, time } = start();
    progress.update('first');
    sent[0]?.reject(new Error('no'));
    await new Promise(setImmediate);
    time.now = 2_000;
    progress.update('second');
    expect(failures).toEqual([new Error('no')]);
    expect(shown).toEqual(['first', 'second']);
  });

  it('shows no empty text', () => {
    const { progress, shown } = start();
    progress.update(' \n');
    expect(shown).toEqual([]);
  });
});
