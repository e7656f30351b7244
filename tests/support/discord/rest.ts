import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ApiError } from './errors.ts';
import type { UploadedFile } from './messages.ts';
import { routes, type Call, type Route } from './routes.ts';
import type { Disturbance, World } from './world.ts';

/** What discord.js puts before every path. */
const BASE = '/api/v10';

const MAX_FILE_BYTES = 10 * 1024 * 1024;

interface Answer {
  readonly status: number;
  readonly code?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection breaks instead. */
  readonly isLost?: boolean;
}

type Parsed = Pick<Call, 'body' | 'files'>;

/** Discord's REST, answering by `routes`; every request is recorded. */
export function createRest(world: World, gatewayUrl: () => string): Server {
  return createServer((request, response) => {
    void serve(world, { request, response, gatewayUrl: gatewayUrl() });
  });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly gatewayUrl: string;
}

async function serve(world: World, { request, response, gatewayUrl }: Exchange): Promise<void> {
  const arrivedAt = performance.now();
  const { method = '' } = request;
  const path = (request.url ?? '').split('?')[0]?.replace(BASE, '') ?? '';
  const [route, params] = findRoute(method, path);
  let parsed: Parsed = { body: undefined, files: [] };
  let answer: Answer;
  try {
    parsed = await parseBody(request);
    if (route === undefined) throw new ApiError(404, 0, '404: Not Found');
    answer = await answerBy(route, { world, params, ...parsed, arrivedAt, gatewayUrl }, request.headers.authorization);
  } catch (error) {
    answer = refusal(error);
    if (error instanceof ApiError && error.code === 50035) world.violations.push(`${method} ${path}: ${error.message}`);
  }
  const { status, code } = answer;
  world.requests.push({ route: route?.name, method, path, ...parsed, status, code });
  if (answer.isLost === true) request.socket.destroy();
  const hasBody = answer.body !== undefined;
  response.writeHead(status, { ...(hasBody && { 'content-type': 'application/json' }), ...answer.headers });
  response.end(hasBody ? JSON.stringify(answer.body) : undefined);
  world.changes.announce();
}

async function answerBy(route: Route, call: Call, authorization: string | undefined): Promise<Answer> {
  const { identity } = call.world;
  if (route.needsToken && authorization !== `Bot ${identity.token}`) throw new ApiError(401, 0, '401: Unauthorized');
  const disturbance = call.world.disturbances.get(route.name)?.shift();
  if (disturbance?.delayMs !== undefined) await sleep(disturbance.delayMs);
  const isLost = disturbance?.isAnswerLost === true;
  if (disturbance?.failure !== undefined && !isLost) return failed(disturbance.failure);
  const body = route.answer(call);
  if (disturbance?.failure !== undefined) return failed(disturbance.failure);
  return body === undefined ? { status: 204, isLost } : { status: 200, body, isLost };
}

const USER_SCOPE = { 'x-ratelimit-scope': 'user' };

function failed({ status, code = 0, retryAfter, isGlobal = false }: NonNullable<Disturbance['failure']>): Answer {
  const body = { message: `${status}, as the test asks`, code };
  if (retryAfter === undefined) return { status, code, body };
  const scope = isGlobal ? { 'x-ratelimit-global': 'true', 'x-ratelimit-scope': 'global' } : USER_SCOPE;
  const headers = { 'retry-after': String(retryAfter), ...scope };
  return { status, code, body: { ...body, retry_after: retryAfter, global: isGlobal }, headers };
}

function refusal(error: unknown): Answer {
  const { status, code, message } = error instanceof ApiError ? error : new ApiError(500, 0, String(error));
  return { status, code, body: { code, message } };
}

function findRoute(method: string, path: string): readonly [Route | undefined, Readonly<Record<string, string>>] {
  for (const route of routes) {
    const params = route.method === method ? match(route.template, path) : undefined;
    if (params !== undefined) return [route, params];
  }
  return [undefined, {}];
}

function match(template: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = template.split('/');
  const parts = path.split('/');
  if (wanted.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, want] of wanted.entries()) {
    const part = decodeURIComponent(parts[index] ?? '');
    if (want.startsWith('{')) params[want.slice(1, -1)] = part;
    else if (want !== part) return undefined;
  }
  return params;
}

async function parseBody(request: IncomingMessage): Promise<Parsed> {
  const raw = await buffer(request);
  const type = request.headers['content-type'] ?? '';
  if (raw.length === 0) return { body: undefined, files: [] };
  if (!type.startsWith('multipart/form-data')) return { body: JSON.parse(raw.toString()), files: [] };
  const form = await new Response(raw, { headers: { 'content-type': type } }).formData();
  const files: UploadedFile[] = [];
  for (const [key, value] of form.entries()) {
    if (typeof value === 'string') continue;
    const index = /^files\[(\d)\]$/.exec(key)?.[1];
    if (index === undefined) throw new ApiError(400, 50035, `Invalid Form Body: a file is named files[n], got ${key}`);
    if (value.size > MAX_FILE_BYTES) throw new ApiError(413, 40005, 'Request entity too large');
    files.push({ index, name: value.name, type: value.type, bytes: await value.bytes() });
  }
  return { body: JSON.parse(z.string().parse(form.get('payload_json'))), files };
}
