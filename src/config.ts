import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { UserError } from './errors.ts';
import { parseTimeZone } from './parse-time-zone.ts';
import type { Schedule } from './schedule.ts';
import { parseWhen } from './when.ts';

const snowflake = z.string().regex(/^\d{15,20}$/, 'a number of 15 to 20 digits');
const httpUrl = z.url({ protocol: /^https?$/, error: 'an http(s) address' });

/** Every variable is described in .env.example. An empty variable counts as absent. */
const environment = z.object({
  DISCORD_TOKEN: z.string().optional(),
  DISCORD_APPLICATION_ID: snowflake.optional(),
  DISCORD_GUILD_ID: snowflake.optional(),
  DISCORD_API_URL: httpUrl.default('https://discord.com/api'),
  STORE_URL: z.string().default('sqlite:./data/tailcap.sqlite'),
  MODELS_DIR: z.string().default('./models'),
  MODELS_MAX_GB: z.coerce.number('a number').positive('above 0').max(100_000, 'at most 100000').default(5),
  YAHOO_URL: httpUrl.optional(),
  CHART_RENDERER: z.enum(['local', 'quickchart'], 'local or quickchart').default('local'),
  QUICKCHART_URL: httpUrl.default('https://quickchart.io'),
  WORKER_THREADS: z.coerce
    .number('a whole number')
    .int('a whole number')
    .min(1, 'at least 1')
    .max(64, 'at most 64')
    .optional(),
  NIGHTLY: z.string().default('weekdays 18:30'),
  NIGHTLY_TIME_ZONE: z.string().default('America/New_York'),
  OPERATORS_CHANNEL_ID: snowflake.optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent'], 'debug, info, warn, error or silent').default('info'),
});

export interface DiscordConfig {
  readonly token: string;
  readonly applicationId: string;
  /** For development: commands are deployed only to this guild, where they appear at once. */
  readonly guildId?: string;
  readonly apiUrl: string;
}

export interface Config {
  /** Absent when the variables are not set; the terminal does not need them. */
  readonly discord?: DiscordConfig;
  readonly storeUrl: string;
  readonly modelsDir: string;
  /** Bytes that all models may take together. */
  readonly modelsMaxBytes: number;
  /** A host to use instead of Yahoo Finance. */
  readonly yahooUrl?: string;
  readonly charts: { readonly renderer: 'local' | 'quickchart'; readonly quickchartUrl: string };
  readonly workerThreads: number;
  /** When prices are refreshed and models retrained. */
  readonly nightly: Schedule;
  /** The Discord channel in which nightly failures are reported. */
  readonly operatorsChannelId?: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** The environment, completed from .env; a variable that is already set keeps its value. */
export function loadEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** @throws UserError naming the variable, what is expected and, unless it is a secret, the value */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = environment.safeParse(present);
  if (!result.success) throw invalid(result.error, present);
  const values = result.data;
  const discord = discordConfig(values);
  return Object.freeze({
    ...(discord && { discord }),
    storeUrl: values.STORE_URL,
    modelsDir: values.MODELS_DIR,
    modelsMaxBytes: values.MODELS_MAX_GB * 1e9,
    ...(values.YAHOO_URL !== undefined && { yahooUrl: values.YAHOO_URL }),
    charts: { renderer: values.CHART_RENDERER, quickchartUrl: values.QUICKCHART_URL },
    workerThreads: values.WORKER_THREADS ?? Math.max(2, availableParallelism()),
    nightly: Object.freeze({
      cron: parseWhen(values.NIGHTLY, 'NIGHTLY'),
      timeZone: parseTimeZone(values.NIGHTLY_TIME_ZONE, 'NIGHTLY_TIME_ZONE'),
    }),
    ...(values.OPERATORS_CHANNEL_ID !== undefined && { operatorsChannelId: values.OPERATORS_CHANNEL_ID }),
    logLevel: values.LOG_LEVEL,
  });
}

/** @throws UserError when the variables that Discord needs are not set */
export function requireDiscord(config: Config): DiscordConfig {
  if (config.discord !== undefined) return config.discord;
  throw new UserError(
    'DISCORD_TOKEN and DISCORD_APPLICATION_ID must be set to talk to Discord: copy .env.example to .env and fill them in.',
  );
}

function discordConfig(values: z.infer<typeof environment>): DiscordConfig | undefined {
  if (values.DISCORD_TOKEN === undefined || values.DISCORD_APPLICATION_ID === undefined) return undefined;
  return Object.freeze({
    token: values.DISCORD_TOKEN,
    applicationId: values.DISCORD_APPLICATION_ID,
    ...(values.DISCORD_GUILD_ID !== undefined && { guildId: values.DISCORD_GUILD_ID }),
    apiUrl: values.DISCORD_API_URL,
  });
}

function invalid(error: z.ZodError, present: Readonly<Record<string, string | undefined>>): UserError {
  const [issue] = error.issues;
  const name = String(issue?.path[0]);
  const came = name === 'DISCORD_TOKEN' ? '' : `; got "${present[name]}"`;
  return new UserError(`${name} must be ${issue?.message ?? 'valid'}${came}. See .env.example.`);
}
