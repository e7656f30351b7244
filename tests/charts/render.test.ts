import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { allocationChart } from '../../src/commands/allocate/chart.ts';
import { renderPng } from '../../src/charts/render.ts';
import { chartInput } from '../support/charts.ts';

const spec = allocationChart(chartInput());

/** The picture's pixels between two heights, in layout units: RGBA. */
const pixels = async (png: Uint8Array, from: number, until: number) => {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  return context.getImageData(0, from * spec.scale, image.width, (until - from) * spec.scale);
};

/** Where the leftmost and the rightmost light pixel are, in layout units. */
const extentOfText = async (png: Uint8Array, from: number, until: number): Promise<[left: number, right: number]> => {
  const { data, width } = await pixels(png, from, until);
  const columns: number[] = [];
  for (let i = 0; i < data.length; i += 4) if (data[i]! > 200) columns.push((i / 4) % width);
  return [Math.min(...columns) / spec.scale, Math.max(...columns) / spec.scale];
};

describe('renderPng', () => {
  it('draws a PNG of the requested size, on an opaque background', async () => {
    const png = Buffer.from(await renderPng(spec));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    // 900, and 39 for the second line under the title.
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1350, 939]);
    const { data } = await pixels(png, 0, spec.height);
    expect([...data.subarray(0, 4)]).toEqual([0x1b, 0x22, 0x2d, 255]);
    expect(data.filter((_, i) => i % 4 === 3).every((alpha) => alpha === 255)).toBe(true);
  });

  // Widths in Inter Bold at 28; other fonts differ by more than the tolerance, and without fonts there is no width.
  it.each([
    ['us12', 289],
    ['Žižkov', 317],
    ['Ωμέγα', 317],
    ['Шлюз', 309],
  ])('draws the title in the bundled font, whatever fonts the machine has: %s', async (label, width) => {
    const png = await renderPng(allocationChart(chartInput({ label })));
    const [left, right] = await extentOfText(png, 6, 42);
    expect(left).toBeCloseTo(22, -1);
    expect(Math.abs(right - left - width)).toBeLessThan(3);
  });

  it('draws the same picture again, and leaves the configuration as it was', async () => {
    const before = JSON.stringify(spec);
    const first = await renderPng(spec);
    expect(Buffer.compare(first, await renderPng(spec))).toBe(0);
    expect(JSON.stringify(spec)).toBe(before);
  });

  it('draws in worker threads, twice in each', async () => {
    const here = await renderPng(spec);
    const drawn = await Promise.all([drawInWorker(), drawInWorker()]);
    for (const png of drawn.flat()) expect(Buffer.compare(png, here)).toBe(0);
    expect(drawn.flat()).toHaveLength(4);
  });
});

const drawInWorker = async (): Promise<Uint8Array[]> => {
  const worker = new Worker(new URL('./render-worker.ts', import.meta.url), { workerData: [spec, spec] });
  const [pngs] = await once(worker, 'message');
  await worker.terminate();
  return pngs;
};
