import { describe } from 'vitest';
import { sharedExists, sharedPrefix } from './shared-files.ts';

export { sharedFile } from './shared-files.ts';

export const describeShared = (name: string, body: () => void): void => {
  describe.skipIf(!sharedExists)(sharedPrefix + name, body);
};
