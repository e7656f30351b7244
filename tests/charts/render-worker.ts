import { parentPort, workerData } from 'node:worker_threads';
import { renderPng } from '../../src/charts/render.ts';
import type { ChartSpec } from '../../src/charts/spec.ts';

const specs: readonly ChartSpec[] = workerData;
const pngs: Uint8Array[] = [];
for (const spec of specs) pngs.push(await renderPng(spec));
parentPort?.postMessage(pngs, []);
