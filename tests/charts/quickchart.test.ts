import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { allocationChart } from '../../src/commands/allocate/chart.ts';
import { createCharts } from '../../src/charts/quickchart.ts';
import { renderPng } from '../../src/charts/render.ts';
import type { ChartSpec } from '../../src/charts/spec.ts';
import { chartInput } from '../support/charts.ts';

const spec = allocationChart(chartInput());
const drawnHere = Uint8Array.from([1, 2, 3]);

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const listen = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
};

/** Charts by QuickChart at `quickchartUrl`, and why they fell back. */
const remote = (quickchartUrl: string, timeoutMs = 5000) => {
  const reasons: string[] = [];
  const charts = createCharts({
    renderer: 'quickchart',
    quickchartUrl,
    timeoutMs,
    local: async () => drawnHere,
    onFallback: (reason) => reasons.push(reason),
  });
  return { charts, reasons };
};

describe('QuickChart', () => {
  it('gets the configuration, and its PNG is the answer', async () => {
    const png = Buffer.from(await renderPng(spec));
    const requests: { line: string; body: Promise<string> }[] = [];
    const url = await listen((request, response) => {
      requests.push({ line: `${request.method} ${request.url}`, body: text(request) });
      request.on('end', () => response.setHeader('content-type', 'image/png').end(png));
    });
    const { charts, reasons } = remote(`${url}/tools/`);
    expect(Buffer.compare(await charts.png(spec), png)).toBe(0);
    expect(reasons).toEqual([]);
    expect(requests.map((request) => request.line)).toEqual(['POST /tools/chart']);
    const body: { chart: string } = JSON.parse((await requests[0]?.body) ?? '');
    expect(JSON.parse(body.chart)).toEqual(spec.config);
    expect(body).toMatchObject({
      version: '4',
      format: 'png',
      width: spec.width,
      height: spec.height,
      devicePixelRatio: 1.5,
      backgroundColor: spec.background,
    });
  });

  it.each([
    ['HTTP 500', (_, response) => void response.writeHead(500).end('no'), 'HTTP 500'],
    ['a page', (_, response) => void response.setHeader('content-type', 'image/png').end('<html>'), 'not a PNG'],
    ['an empty answer', (_, response) => void response.end(), 'not a PNG'],
    ['a broken connection', (request) => void request.socket.destroy(), 'fetch failed'],
  ] satisfies [string, RequestListener, string][])('falls back on %s', async (_, listener, reason) => {
    const { charts, reasons } = remote(await listen(listener));
    expect(await charts.png(spec)).toBe(drawnHere);
    expect(reasons).toEqual([expect.stringContaining(reason)]);
  });

  it('falls back when no server listens, and says why', async () => {
    const url = await listen(() => {});
    servers.splice(0)[0]?.close();
    const { charts, reasons } = remote(url);
    expect(await charts.png(spec)).toBe(drawnHere);
    expect(reasons).toEqual([expect.stringContaining('ECONNREFUSED')]);
  });

  it.each([
    ['before its answer', () => {}],
    ['in the middle of it', (_, response) => void response.writeHead(200).write('\u0089PNG')],
  ] satisfies [string, RequestListener][])('stops waiting for one that hangs %s', async (_, listener) => {
    let closed: Promise<unknown> | undefined;
    const url = await listen((request, response) => {
      closed = once(request.socket, 'close');
      listener(request, response);
    });
    const { charts, reasons } = remote(url, 100);
    expect(await charts.png(spec)).toBe(drawnHere);
    expect(reasons).toEqual([expect.stringContaining('timeout')]);
    await closed;
  });

  it('gets no request for a picture above its 100 kB', async () => {
    let asked = 0;
    const url = await listen((_, response) => {
      asked += 1;
      response.end();
    });
    const { charts, reasons } = remote(url);
    const large: ChartSpec = {
      ...spec,
      config: { ...spec.config, data: { datasets: [], labels: ['x'.repeat(100_000)] } },
    };
    expect(await charts.png(large)).toBe(drawnHere);
    expect(reasons).toEqual([expect.stringContaining('at most 100000')]);
    expect(asked).toBe(0);
  });

  it('gets no request when charts are drawn locally', async () => {
    let asked = 0;
    const quickchartUrl = await listen((_, response) => {
      asked += 1;
      response.end();
    });
    const charts = createCharts({
      renderer: 'local',
      quickchartUrl,
      local: async () => drawnHere,
      onFallback: () => {
        throw new Error('nothing to fall back from');
      },
    });
    expect(await charts.png(spec)).toBe(drawnHere);
    expect(asked).toBe(0);
  });

  it('lets a failure of the local renderer through', async () => {
    const url = await listen((_, response) => void response.writeHead(500).end());
    const charts = createCharts({
      renderer: 'quickchart',
      quickchartUrl: url,
      local: async () => {
        throw new Error('no canvas');
      },
      onFallback: () => {},
    });
    await expect(charts.png(spec)).rejects.toThrow('no canvas');
  });
});
