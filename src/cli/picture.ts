import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { App } from '../app.ts';
import type { ChartSpec } from '../charts/spec.ts';
import { UserError } from '../errors.ts';
import type { Terminal } from './command.ts';

export const CHART_HELP = '  --chart OUT.png        draw the answer';

/** @throws UserError when the picture cannot be written there */
export async function drawTo(file: string, chart: ChartSpec, app: App, { note }: Terminal): Promise<void> {
  await writePicture(file, await app.charts.png(chart));
  note(`chart written to ${file}`);
}

/** @throws UserError when the picture cannot be written there */
export async function writePicture(file: string, png: Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, png);
  } catch (error) {
    throw new UserError(`--chart takes a file that can be written; ${file} cannot (${String(error)}).`, 'chart', error);
  }
}
