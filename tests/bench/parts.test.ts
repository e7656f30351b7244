import { describe, expect, it } from 'vitest';
import { figure, type Figure } from '../../bench/figures.ts';
import { hasFailed, runParts } from '../../bench/parts.ts';

const zero = { bar: { atMost: 0 } };

async function* kept(): AsyncGenerator<Figure> {
  yield figure('lost writes', 0, '', zero);
}

async function* missed(): AsyncGenerator<Figure> {
  yield figure('crashes', 1, '', zero);
}

async function* broken(): AsyncGenerator<Figure> {
  yield figure('memory', 10, 'MiB');
  throw new Error('no server');
}

const run = (parts: Parameters<typeof runParts>[0]) => runParts(parts, () => {});

describe('parts that measure', () => {
  it('have failed where a figure falls short, and only there', async () => {
    expect(hasFailed(await run({ kept }))).toBe(false);
    expect(hasFailed(await run({ missed }))).toBe(true);
  });

  it('run on after one that breaks, whose figures so far are kept, and have failed', async () => {
    const outcome = await run({ broken, kept });
    expect(outcome.figures.map(({ name }) => name)).toEqual(['memory', 'lost writes']);
    expect(outcome.notes).toEqual(['- FAILED: broken: Error: no server']);
    expect(hasFailed(outcome)).toBe(true);
  });
});
