import { afterAll, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { Progress } from '../../src/engine/types.ts';
import { temporaryHome } from '../support/tailcap.ts';

const { home, remove } = temporaryHome();
const app = await createApp(readConfig({ STORE_URL: `sqlite:${home}/store.sqlite`, LOG_LEVEL: 'error' }));
afterAll(async () => {
  await app.close();
  remove();
});

const into = (seen: Set<string>) => ({ onProgress: ({ stage }: Progress) => void seen.add(stage) });

it('a frontier uses the scenarios that an allocation has drawn', async () => {
  const common = {
    universe: { kind: 'named', name: 'sample' },
    horizonDays: 3,
    alpha: 0.95,
    minWeight: 0,
    maxWeight: 1,
    scenarios: 2000,
    seed: 1,
    recipe: 'calibrated',
  } as const;
  const stages = { allocation: new Set<string>(), frontier: new Set<string>() };

  const { allocation } = await app.engine.allocate({ ...common, lossLimit: 0.02 }, into(stages.allocation));
  const { frontier } = await app.engine.frontier({ ...common, points: 5 }, into(stages.frontier));

  expect(stages.allocation).toContain('scenarios');
  expect(stages.frontier).not.toContain('scenarios');
  expect(frontier.minimum).toEqual(expect.objectContaining({ cvar: allocation.minimum.cvar }));
});
