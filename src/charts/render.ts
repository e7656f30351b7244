import { fileURLToPath } from 'node:url';
import { GlobalFonts, createCanvas } from '@napi-rs/canvas';
import { Chart } from 'chart.js/auto';
import type { ChartSpec, SeriesData, SeriesType } from './spec.ts';
import { FONT_FAMILIES } from './theme.ts';

const FONT_FILES = new URL('files/', import.meta.resolve('@fontsource/inter'));

/**
 * Registers the bundled fonts, because a machine without fonts draws no text. Their Latin part has a name of its own;
 * otherwise the width of a blank would depend on the script before it.
 */
function registerFonts(): void {
  if (GlobalFonts.has(FONT_FAMILIES.latin)) return;
  // Latin comes last: its presence tells other threads that all are registered.
  for (const script of ['latin-ext', 'greek', 'cyrillic', 'latin']) {
    for (const weight of [400, 700]) {
      const path = fileURLToPath(new URL(`inter-${script}-${weight}-normal.woff2`, FONT_FILES));
      const key = GlobalFonts.registerFromPath(path, script === 'latin' ? FONT_FAMILIES.latin : FONT_FAMILIES.all);
      if (key === null) throw new Error(`the font ${path} cannot be read`);
    }
  }
}

/** Draws a picture on this machine: a PNG of `width * scale` by `height * scale` pixels. */
export async function renderPng(spec: ChartSpec): Promise<Uint8Array> {
  registerFonts();
  const canvas = createCanvas(spec.width, spec.height);
  // Chart.js changes its configuration, so it gets a copy.
  const { type, data, options } = structuredClone(spec.config);
  const chart = new Chart<SeriesType, SeriesData>(canvas, {
    type,
    data,
    options: { ...options, animation: false, responsive: false, devicePixelRatio: spec.scale },
    plugins: [backgroundOf(spec)],
  });
  try {
    return await canvas.encode('png');
  } finally {
    chart.destroy();
  }
}

function backgroundOf(spec: ChartSpec) {
  return {
    id: 'background',
    beforeDraw: ({ ctx }: Chart): void => {
      ctx.fillStyle = spec.background;
      ctx.fillRect(0, 0, spec.width, spec.height);
    },
  };
}
