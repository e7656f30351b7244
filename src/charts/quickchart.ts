import { createRequire } from 'node:module';
import type * as quickchart from 'quickchart-js';
import type { Charts, ChartSpec } from './spec.ts';

export type { Charts } from './spec.ts';

export interface ChartsOptions {
  readonly renderer: 'local' | 'quickchart';
  /** Where QuickChart is; its own public address unless given. */
  readonly quickchartUrl?: string;
  /** Milliseconds for QuickChart's whole answer. */
  readonly timeoutMs?: number;
  /** Draws without the network. */
  readonly local: (spec: ChartSpec) => Promise<Uint8Array>;
  /** Told why a picture was drawn locally although QuickChart was asked for. */
  readonly onFallback: (reason: string) => void;
}

/** Pictures by the configured renderer. Whatever QuickChart does wrong, the local renderer draws instead. */
export const createCharts = ({ renderer, local, onFallback, ...remote }: ChartsOptions): Charts => ({
  async png(spec) {
    if (renderer === 'local') return local(spec);
    try {
      return await quickChartPng(spec, remote);
    } catch (error) {
      onFallback(reasonOf(error));
      return local(spec);
    }
  },
});

/** fetch says only that it failed; why is in the cause. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
};

const publicUrl = 'https://quickchart.io';
const defaultTimeoutMs = 8000;
/** QuickChart refuses larger bodies. */
const mostBytes = 100_000;

type Remote = Pick<ChartsOptions, 'quickchartUrl' | 'timeoutMs'>;

/**
 * quickchart-js makes the request's body; it is sent from here because the library can neither be
 * interrupted nor wait for a limited time.
 */
const quickChartPng = async (spec: ChartSpec, remote: Remote): Promise<Uint8Array> => {
  const body = JSON.stringify(postData(spec));
  const size = Buffer.byteLength(body);
  if (size > mostBytes) throw new Error(`the chart is ${size} bytes long, and QuickChart takes at most ${mostBytes}`);
  const url = new URL(`${(remote.quickchartUrl ?? publicUrl).replace(/\/+$/, '')}/chart`);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(remote.timeoutMs ?? defaultTimeoutMs),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!response.ok) throw new Error(`QuickChart answered HTTP ${response.status}`);
  if (!isPng(bytes)) throw new Error('QuickChart answered something that is not a PNG');
  return bytes;
};

/** Its types describe the CommonJS build alone, whose module is the class. */
const QuickChart: typeof quickchart.default.default = createRequire(import.meta.url)('quickchart-js');

const postData = (spec: ChartSpec) =>
  new QuickChart()
    .setConfig(JSON.stringify(spec.config))
    .setVersion('4')
    .setWidth(spec.width)
    .setHeight(spec.height)
    .setDevicePixelRatio(spec.scale)
    .setBackgroundColor(spec.background)
    .getPostData();

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const isPng = (bytes: Uint8Array): boolean => signature.equals(bytes.subarray(0, signature.length));
