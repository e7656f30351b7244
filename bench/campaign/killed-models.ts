import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { codec } from '../../src/engine/strategies/lstm-codec.ts';
import { openModelIndex } from '../../src/store/live-versions.ts';
import { openStore } from '../../src/store/store.ts';
import { openModelsAt } from '../../tests/support/open-models.ts';
import { trainSmall } from '../../tests/support/small-model.ts';
import { temporaryHome } from '../../tests/support/tailcap.ts';
import type { Figure } from '../figures.ts';
import type { Chance } from './chance.ts';
import { killed } from './killed.ts';
import { none } from './none.ts';

const KILLS = 20;
const LATEST_MS = 60;

/** A process that saves one model after another is killed; the live one is whole, and not older than the last acknowledged. */
export async function* killedModels(chance: Chance): AsyncGenerator<Figure> {
  const { home, remove } = temporaryHome();
  const [root, path, file] = [join(home, 'models'), join(home, 'store.sqlite'), join(home, 'trained')];
  writeFileSync(file, serialize(await trainSmall()));
  const store = await openStore(`sqlite:${path}`, { now: () => Date.now() });
  let [lost, damaged] = [0, 0];
  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const said = await killed('models-child.ts', [root, path, file], chance.below(LATEST_MS));
      const acknowledged = Number(said.at(-1)?.split(' ')[0]);
      // A new one each time, which has nothing in its memory.
      const live = await openModelsAt(root, openModelIndex(store)).load('u', 'filtered', codec);
      if (live === undefined) damaged += 1;
      else if (live.manifest.seed < acknowledged) lost += 1;
    }
  } finally {
    await store.close();
    remove();
  }
  yield none(`kills, ${KILLS} while models are saved: acknowledged models that are lost`, lost);
  yield none(`kills, ${KILLS} while models are saved: live models that are half written`, damaged);
}
