import { describe, expect, it } from 'vitest';
import {
  BUTTON_LIFE,
  saveRequest,
  openRequests,
  type AllocateCommandRequest,
} from '../../../src/commands/allocate/buttons.ts';
import { openStore } from '../../../src/store/store.ts';
import type { Store } from '../../../src/store/store.ts';
import { mandateOver } from '../../support/mandate.ts';
import { memoryStore } from '../../support/memory-table.ts';
import { temporaryHome } from '../../support/tailcap.ts';

const request: AllocateCommandRequest = {
  allocate: {
    universe: { kind: 'named', name: 'sample' },
    strategy: { id: 'cvar-lstm', params: { recipe: 'filtered' } },
    mandate: mandateOver(21, { limit: 0.08 }),
    sampling: { scenarios: 100, seed: 1 },
  },
  isPublic: false,
};

describe('the request behind a button', () => {
  it('is saved for its member under a key that fits into a custom_id, for 30 days', async () => {
    const { home, remove } = temporaryHome();
    let now = Date.UTC(2026, 0, 1);
    const store = await openStore(`sqlite:${home}/store.sqlite`, { now: () => now });
    const table = openRequests(store);
    const [key, other] = [await saveRequest(table, '7', request), await saveRequest(table, '7', request)];
    expect(key).toMatch(/^7\/[\w-]{12}$/);
    expect(other).not.toBe(key);
    now += BUTTON_LIFE - 1;
    expect(await table.get(key)).toEqual({ memberId: '7', request });
    now += 1;
    expect(await table.get(key)).toBeUndefined();
    await store.close();
    remove();
  });

  it('is saved at the cost of a walk through the store one time in many, and never lost to one that fails', async () => {
    let walks = 0;
    const store = memoryStore();
    const failing: Pick<Store, 'table'> = {
      table: (...all) => ({
        ...store.table(...all),
        keysByExpiry() {
          walks += 1;
          return Promise.reject(new Error('no answer'));
        },
      }),
    };
    const requests = openRequests(failing);
    for (let n = 0; n < 1_000; n += 1) expect(await saveRequest(requests, '7', request)).toMatch(/^7\//);
    expect(walks).toBeLessThan(80); // 20 are expected
    expect(walks).toBeGreaterThan(0);
    expect(await requests.keys()).toHaveLength(1_000);
  });
});
