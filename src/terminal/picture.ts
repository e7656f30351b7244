import type { App } from '../app.ts';
import type { ChartSpec } from '../charts/spec.ts';
import { usingFile, writeWhole } from '../files.ts';
import type { Terminal } from './terminal-command.ts';

export const CHART_HELP = '  --chart OUT.png        draw the answer';

/** @throws UserError when the picture cannot be written there */
export async function drawTo(file: string, chart: ChartSpec, app: App, { note }: Terminal): Promise<void> {
  await writePicture(file, await app.charts.png(chart));
  note(`chart written to ${file}`);
}

/** @throws UserError when the picture cannot be written there */
export const writePicture = (file: string, png: Uint8Array): Promise<void> =>
  usingFile('write', file, 'chart', () => writeWhole(file, [png]));
