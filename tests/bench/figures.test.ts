import { describe, expect, it } from 'vitest';
import { figure, hasMissed, lineOf, tableOf } from '../../bench/figures.ts';

const peer = { name: 'PyTorch', value: 0.8 };

describe('figure', () => {
  it('keeps a bar that it just reaches, and misses it above', () => {
    expect(figure('a', 2, 's', { bar: { atMost: 2 } }).passed).toBe(true);
    expect(hasMissed(figure('a', 2.001, 's', { bar: { atMost: 2 } }))).toBe(true);
    expect(figure('a', 0.4, 's', { peer, bar: { ratio: 0.5 } })).toMatchObject({ ratio: 0.5, passed: true });
    expect(hasMissed(figure('a', 0.41, 's', { peer, bar: { ratio: 0.5 } }))).toBe(true);
  });

  it('does not judge a ratio without the peer, nor what has no bar', () => {
    expect(figure('a', 0.4, 's', { bar: { ratio: 0.5 } }).passed).toBeUndefined();
    expect(figure('a', 0.4, 's', { peer })).toMatchObject({ ratio: 0.5, passed: undefined });
  });

  it('misses a bar when the value is not a number', () => {
    expect(hasMissed(figure('a', Number.NaN, 's', { bar: { atMost: 2 } }))).toBe(true);
  });
});

describe('lineOf', () => {
  it('shows value, peer, bar and verdict', () => {
    expect(lineOf(figure('epoch', 0.6, 's', { peer, bar: { ratio: 1 } }))).toBe(
      'epoch: 0.6 s | beside 0.8 s, PyTorch | ratio 0.75 | ratio ≤ 1: yes',
    );
    expect(lineOf(figure('epoch', 0.6, 's', { bar: { ratio: 1 } }))).toBe('epoch: 0.6 s | ratio ≤ 1: not compared');
  });
});

describe('tableOf', () => {
  it('lines its columns up', () => {
    const table = tableOf([
      figure('gap', 1e-9, '', { bar: { atMost: 1e-7 } }),
      figure('memory', 1536.4, 'MiB', { bar: { atMost: 1024 } }),
    ]);
    expect(table).toBe(
      [
        '| Figure | Value    | Beside | Ratio | Bar        | Kept |',
        '|--------|----------|--------|-------|------------|------|',
        '| gap    | 1.0e-9   |        |       | ≤ 1.0e-7   | yes  |',
        '| memory | 1536 MiB |        |       | ≤ 1024 MiB | NO   |',
        '',
      ].join('\n'),
    );
  });
});
