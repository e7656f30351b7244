import { isSavedByNewer } from './errors.ts';

/** @returns undefined, after `onNewer`, where a newer version of this program has saved what is read */
export async function unlessNewer<T>(reading: Promise<T>, onNewer: () => void = () => {}): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!isSavedByNewer(error)) throw error;
    onNewer();
    return undefined;
  }
}
