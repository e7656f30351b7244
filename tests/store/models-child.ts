// A process that saves models without end, to be killed: `models-child.ts ROOT STORE MODEL [commit | unused]`.
// With `commit` it kills itself where the index would be set; with `unused` it keeps models that do not go live.
import { readFileSync } from 'node:fs';
import { deserialize } from 'node:v8';
import { codec } from '../../src/engine/strategies/lstm-codec.ts';
import { openModelIndex } from '../../src/store/live-versions.ts';
import { openModelsAt } from '../support/open-models.ts';
import { openStore } from '../../src/store/store.ts';

const [root = '', path = '', file = '', mode] = process.argv.slice(2);
const store = await openStore(`sqlite:${path}`, { now: () => Date.now() });
const table = openModelIndex(store);
const die = async (): Promise<never> => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
};
const models = openModelsAt(root, mode === 'commit' ? { ...table, update: die } : table);
const trained = deserialize(readFileSync(file));

for (let seed = 100; ; seed += 1) {
  const model = { ...trained, manifest: { ...trained.manifest, seed } };
  const { version } = await models[mode === 'unused' ? 'keepUnused' : 'save']('u', codec, model);
  process.stdout.write(`${seed} ${version}\n`);
}
