import { createRequire } from 'node:module';
import type * as quickchart from 'quickchart-js';
import type { Charts, ChartSpec } from './spec.ts';

export interface ChartsOptions {
  readonly renderer: 'local' | 'quickchart';
  readonly quickchartUrl: string;
  /** Milliseconds until QuickChart must have answered. */
  readonly timeoutMs?: number;
  /** Draws without the network. */
  readonly local: (spec: ChartSpec) => Promise<Uint8Array>;
  /** Called with the reason when a picture is drawn locally because QuickChart failed. */
  readonly onFallback: (reason: string) => void;
}

/** Pictures by the configured renderer. When QuickChart fails in any way, the local renderer draws instead. */
export function createCharts({ renderer, local, onFallback, ...remote }: ChartsOptions): Charts {
  return {
    async png(spec) {
      if (renderer === 'local') return local(spec);
      try {
        return await quickChartPng(spec, remote);
      } catch (error) {
        onFallback(reasonOf(error));
        return local(spec);
      }
    },
  };
}

/** An error of fetch says only that it failed; the reason is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

const DEFAULT_TIMEOUT_MS = 8000;
/** QuickChart refuses larger bodies. */
const MAX_BYTES = 100_000;

type Remote = Pick<ChartsOptions, 'quickchartUrl' | 'timeoutMs'>;

/**
 * quickchart-js makes the body of the request. We send it ourselves, because the library has no time limit and cannot
 * be interrupted.
 */
async function quickChartPng(spec: ChartSpec, remote: Remote): Promise<Uint8Array> {
  const body = JSON.stringify(postData(spec));
  const size = Buffer.byteLength(body);
  if (size > MAX_BYTES) throw new Error(`the chart is ${size} bytes long, and QuickChart takes at most ${MAX_BYTES}`);
  const url = new URL(`${remote.quickchartUrl.replace(/\/+$/, '')}/chart`);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(remote.timeoutMs ?? DEFAULT_TIMEOUT_MS),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!response.ok) throw new Error(`QuickChart answered HTTP ${response.status}`);
  if (!isPng(bytes)) throw new Error('QuickChart answered something that is not a PNG');
  return bytes;
}

/** The package's types describe only its CommonJS build, whose module is the class. */
const QuickChart: typeof quickchart.default.default = createRequire(import.meta.url)('quickchart-js');

function postData(spec: ChartSpec) {
  return new QuickChart()
    .setConfig(JSON.stringify(spec.config))
    .setVersion('4')
    .setWidth(spec.width)
    .setHeight(spec.height)
    .setDevicePixelRatio(spec.scale)
    .setBackgroundColor(spec.background)
    .getPostData();
}

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const isPng = (bytes: Uint8Array): boolean => PNG_SIGNATURE.equals(bytes.subarray(0, PNG_SIGNATURE.length));
