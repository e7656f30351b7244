import { ModelStore, type ModelStoreOptions } from '../../src/store/models.ts';
import type { StoredModel } from '../../src/store/live-versions.ts';
import type { Table } from '../../src/store/table.ts';

/** A model store that does not report damaged models. */
export const openModelsAt = (
  root: string,
  index: Table<StoredModel>,
  space: Pick<ModelStoreOptions, 'now' | 'maxBytes' | 'lasting' | 'onOverfull'> = {},
): ModelStore => new ModelStore({ root, index, onDamaged() {}, ...space });
