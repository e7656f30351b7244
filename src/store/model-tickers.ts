import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { errorCode } from '../errors.ts';

const manifestSchema = z.object({ tickers: z.array(z.string()) });

/** The tickers that the manifests below a directory name, in whatever other state their models are; each list once. */
export async function tickerListsIn(directory: string): Promise<readonly (readonly string[])[]> {
  const paths = await readdir(directory, { recursive: true }).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  });
  const lists = new Map<string, readonly string[]>();
  for (const path of paths.filter((one) => basename(one) === 'manifest.json')) {
    const manifest = await readManifest(join(directory, path));
    if (manifest !== undefined) lists.set(manifest.tickers.join(), manifest.tickers);
  }
  return [...lists.values()];
}

async function readManifest(path: string): Promise<z.infer<typeof manifestSchema> | undefined> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Of a damaged model, anything can be left.
    return undefined;
  }
}
