import { ModelStore, type StoredModel } from '../../src/store/models.ts';
import type { Table } from '../../src/store/table.ts';

/** Models whose damage nobody needs to hear of. */
export const openModelsAt = (root: string, index: Table<StoredModel>): ModelStore =>
  new ModelStore({ root, index, onDamaged() {} });
