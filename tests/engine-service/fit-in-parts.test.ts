import { describe, expect, it } from 'vitest';
import { fitInParts } from '../../src/engine-service/fit-in-parts.ts';
import { historyUntil } from '../../src/engine/history.ts';
import type { Pool } from '../../src/workers/pool.ts';
import type { TaskOptions } from '../../src/workers/lane.ts';
import { randomPrices } from '../support/random-prices.ts';

const history = historyUntil(randomPrices({ assets: 3, days: 510 }));
const input = { strategy: 'rank', history, params: { trees: 1, period: 5 }, seed: 1 };

interface Ran {
  readonly kind: string;
  readonly input: object;
  readonly isAccepted: boolean;
  readonly signal: AbortSignal | undefined;
}

/** A pool that does nothing but say what it was told to. @param fault of the first part */
function idlePool(fault?: Error) {
  const ran: Ran[] = [];
  const run = async (kind: string, given: object, { isAccepted = false, signal }: TaskOptions = {}) => {
    ran.push({ kind, input: given, isAccepted, signal });
    if (fault !== undefined && 'part' in given && given.part === 0) throw fault;
    return 'part' in given ? `part ${String(given.part)}` : 'model';
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of the kinds that a fit has
  return { ran, pool: { run } as unknown as Pick<Pool, 'run'> };
}

describe('a fit in parts', () => {
  it('is a part for each asset, and then the whole with what they gave, in order', async () => {
    const { ran, pool } = idlePool();
    expect(await fitInParts(pool, 'fitPast', input, {})).toBe('model');
    expect(ran.map(({ kind }) => kind)).toEqual(['fitPartPast', 'fitPartPast', 'fitPartPast', 'fitPast']);
    expect(ran.at(-1)!.input).toEqual({ ...input, parts: ['part 0', 'part 1', 'part 2'] });
  });

  it('asks for room once: what its parts have taken is not lost for want of it', async () => {
    const { ran, pool } = idlePool();
    await fitInParts(pool, 'fit', input, {});
    expect(ran.map(({ isAccepted }) => isAccepted)).toEqual([false, true, true, true]);
  });

  it('ends the other parts where one fails', async () => {
    const fault = new Error('no room');
    const { ran, pool } = idlePool(fault);
    await expect(fitInParts(pool, 'fit', input, {})).rejects.toBe(fault);
    expect(ran.map(({ kind }) => kind)).toEqual(['fitPart', 'fitPart', 'fitPart']);
    expect(ran.every(({ signal }) => signal?.reason === fault)).toBe(true);
  });

  it('is one task where a strategy has no parts', async () => {
    const { ran, pool } = idlePool();
    await fitInParts(pool, 'fit', { ...input, strategy: 'cvar-lstm', params: { recipe: 'filtered' } }, {});
    expect(ran.map(({ kind, isAccepted }) => [kind, isAccepted])).toEqual([['fit', false]]);
  });
});
