import { expect, it } from 'vitest';
import { oncePer } from '../../src/engine/once-per.ts';

it('does the work once for each object, also where it gives nothing', () => {
  const asked: object[] = [];
  const work = oncePer((key: object): undefined => void asked.push(key));
  const [one, other] = [{ a: 1 }, { a: 1 }];
  for (const key of [one, other, one]) expect(work(key)).toBeUndefined();
  expect(asked).toEqual([one, other]);
});

it('does it again after an error', () => {
  let calls = 0;
  const work = oncePer((_key: object) => {
    calls += 1;
    if (calls === 1) throw new Error('not yet');
    return calls;
  });
  const key = {};
  expect(() => work(key)).toThrow('not yet');
  expect([work(key), work(key)]).toEqual([2, 2]);
});
