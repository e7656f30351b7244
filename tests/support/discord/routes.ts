import { z } from 'zod';
import { ApiError } from './errors.ts';
import type { Interaction } from './interactions.ts';
import { channelPayload, visibleChannel } from './channels.ts';
import type { ShownMessage, UploadedFile } from './messages.ts';
import { apiMessage, botUser, directChannelOf, memberOf } from './payloads.ts';
import { lastMessages, post } from './posting.ts';
import { commands, type DeployedCommand } from './command-schemas.ts';
import { callback, directChannel, message, posting } from './schemas.ts';
import { newSnowflake } from './snowflake.ts';
import { directChannelFor, type RouteName, type World } from './world.ts';

export interface Call {
  readonly world: World;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
  readonly arrivedAt: number;
  /** Where the gateway is. */
  readonly gatewayUrl: string;
}

export interface Route {
  readonly name: RouteName;
  readonly method: string;
  /** As in Discord's OpenAPI document. */
  readonly template: string;
  /** Whether the bot's token must be there; else the path has the interaction's. */
  readonly needsToken: boolean;
  /** Checks the body, then does what it says. Undefined: 204, no content. Throws ApiError. */
  answer(call: Call): unknown;
}

type Handler<Body> = (call: Call, body: Body) => unknown;

function define<Body>(name: RouteName, request: string, schema: z.ZodType<Body>, handle: Handler<Body>): Route {
  const [method = '', template = ''] = request.split(' ');
  return {
    name,
    method,
    template,
    needsToken: !/_token}/.test(template),
    answer: (call) => handle(call, checked({ call, method, template, schema })),
  };
}

const none = z.undefined();

/** By our own schemas first, which read better; then by Discord's document. Whatever is wrong is recorded too. */
function checked<Body>(check: { call: Call; method: string; template: string; schema: z.ZodType<Body> }): Body {
  const { call, method, template, schema } = check;
  const own = schema.safeParse(call.body);
  const issues = own.success ? [] : own.error.issues;
  const wrong = issues.map(({ path, message: text }) => `${path.join('.') || 'body'} ${text}`);
  if (call.body !== undefined) wrong.push(...call.world.checkBody(method, template, call.body));
  if (own.success && wrong.length === 0) return own.data;
  throw new ApiError(400, 50035, `Invalid Form Body: ${wrong.slice(0, 3).join('; ')}`);
}

function interactionOf({ world, params }: Call): Interaction {
  const token = params.interaction_token ?? params.webhook_token ?? '';
  const interaction = world.interactions.get(token);
  if (interaction !== undefined && (params.interaction_id ?? interaction.id) === interaction.id) return interaction;
  throw params.interaction_id === undefined
    ? new ApiError(404, 10015, 'Unknown Webhook')
    : new ApiError(404, 10062, 'Unknown interaction');
}

const shown = ({ world }: Call, one: ShownMessage) => apiMessage(world.identity, one);

function deploy(scopeOf: (call: Call) => string): Handler<DeployedCommand[]> {
  return (call, body) => {
    const { world, params } = call;
    if (params.application_id !== world.identity.applicationId) throw new ApiError(404, 10002, 'Unknown Application');
    const ids = { application_id: params.application_id, version: newSnowflake() };
    const deployed = body.map((command) => Object.assign(command, { id: newSnowflake() }, ids));
    world.deployed.set(scopeOf(call), deployed);
    return deployed;
  };
}

function guildOf({ world, params }: Call): string {
  if (params.guild_id !== world.identity.guildId) throw new ApiError(403, 50001, 'Missing Access');
  return params.guild_id;
}

function readChannel({ world, params: { channel_id: id = '' } }: Call): object {
  const userId = world.directChannels.get(id);
  return userId === undefined ? channelPayload(world, visibleChannel(world, id)) : directChannelOf(id, userId);
}

const ORIGINAL = '/webhooks/{webhook_id}/{webhook_token}/messages/@original';

export const routes: readonly Route[] = [
  define('gateway', 'GET /gateway/bot', none, ({ gatewayUrl }) => ({
    url: gatewayUrl,
    shards: 1,
    session_start_limit: { total: 1000, remaining: 999, reset_after: 86_400_000, max_concurrency: 1 },
  })),
  define('me', 'GET /users/@me', none, ({ world }) => botUser(world.identity)),
  define(
    'deployEverywhere',
    'PUT /applications/{application_id}/commands',
    commands,
    deploy(() => 'global'),
  ),
  define('deployToGuild', 'PUT /applications/{application_id}/guilds/{guild_id}/commands', commands, deploy(guildOf)),
  define('callback', 'POST /interactions/{interaction_id}/{interaction_token}/callback', callback, (call, body) =>
    interactionOf(call).callback(body, call.files, call.arrivedAt),
  ),
  define('readOriginal', `GET ${ORIGINAL}`, none, (call) => shown(call, interactionOf(call).read())),
  define('editOriginal', `PATCH ${ORIGINAL}`, message, (call, body) =>
    shown(call, interactionOf(call).edit(body, call.files)),
  ),
  define('deleteOriginal', `DELETE ${ORIGINAL}`, none, (call) => interactionOf(call).remove()),
  define('followUp', 'POST /webhooks/{webhook_id}/{webhook_token}', message, (call, body) =>
    shown(call, interactionOf(call).followUp(body, call.files)),
  ),
  define('openDirectChannel', 'POST /users/@me/channels', directChannel, ({ world }, { recipient_id: userId }) =>
    directChannelOf(directChannelFor(world, userId), userId),
  ),
  define('readChannel', 'GET /channels/{channel_id}', none, readChannel),
  define('readMember', 'GET /guilds/{guild_id}/members/{user_id}', none, (call) => {
    guildOf(call);
    return memberOf(call.params.user_id ?? '');
  }),
  define('readMessages', 'GET /channels/{channel_id}/messages', none, ({ world, params }) =>
    lastMessages(world, params.channel_id ?? ''),
  ),
  define('postMessage', 'POST /channels/{channel_id}/messages', posting, (call, body) => {
    const { world, params, files } = call;
    return shown(call, post(world, { channelId: params.channel_id ?? '', body, files }));
  }),
];
