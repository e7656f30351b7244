import { describe, expect, it } from 'vitest';
import { BUTTON_LIFE, keepRequest } from '../../../src/commands/allocate/buttons.ts';
import { storedRequestSchema, type AllocateCommandRequest } from '../../../src/engine-service/requests.ts';
import { openStore } from '../../../src/store/store.ts';
import { temporaryHome } from '../../support/tailcap.ts';

const request: AllocateCommandRequest = {
  allocate: {
    universe: { kind: 'named', name: 'sample' },
    horizonDays: 21,
    lossLimit: 0.08,
    alpha: 0.95,
    minWeight: 0,
    maxWeight: 1,
    scenarios: 100,
    seed: 1,
    recipe: 'calibrated',
  },
  isPublic: false,
  show: 'best',
};

describe('a request that a button stands for', () => {
  it('is kept for its member under a key that fits into a custom_id, for 30 days', async () => {
    const { home, remove } = temporaryHome();
    let now = Date.UTC(2026, 0, 1);
    const store = await openStore(`sqlite:${home}/store.sqlite`, { now: () => now });
    const table = store.table('requests', storedRequestSchema, 1);
    const [key, other] = [await keepRequest(table, '7', request), await keepRequest(table, '7', request)];
    expect(key).toMatch(/^[\w-]{12}$/);
    expect(other).not.toBe(key);
    now += BUTTON_LIFE - 1;
    expect(await table.get(key)).toEqual({ memberId: '7', request });
    now += 1;
    expect(await table.get(key)).toBeUndefined();
    await store.close();
    remove();
  });
});
