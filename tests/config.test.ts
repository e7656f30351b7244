import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig, requireDiscord } from '../src/config.ts';

const discord = { DISCORD_TOKEN: 'secret', DISCORD_APPLICATION_ID: '123456789012345678' };

describe('readConfig', () => {
  it('needs nothing for the terminal', () => {
    const config = readConfig({});
    expect(config.storeUrl).toBe('sqlite:./data/tailcap.sqlite');
    expect(config.charts.renderer).toBe('local');
    expect(config.workerThreads).toBeGreaterThanOrEqual(2);
    expect(config.discord).toBeUndefined();
  });

  it('has a time for the nightly work, in a time zone of its own', () => {
    expect(readConfig({}).nightly).toEqual({ cron: '30 18 * * 1-5', timeZone: 'America/New_York' });
    expect(readConfig({ NIGHTLY: 'daily 2:30', NIGHTLY_TIME_ZONE: 'europe/berlin' }).nightly).toEqual({
      cron: '30 2 * * *',
      timeZone: 'Europe/Berlin',
    });
    expect(() => readConfig({ NIGHTLY: 'at night' })).toThrow('NIGHTLY takes days and a time such as');
    expect(() => readConfig({ NIGHTLY: '* * * * *' })).toThrow('NIGHTLY must be at least an hour');
    expect(() => readConfig({ NIGHTLY_TIME_ZONE: 'Berlin' })).toThrow('NIGHTLY_TIME_ZONE takes an IANA time zone');
  });

  it('has a number of bytes for models', () => {
    expect(readConfig({}).modelsMaxBytes).toBe(5e9);
    expect(readConfig({ MODELS_MAX_GB: '0.5' }).modelsMaxBytes).toBe(5e8);
    expect(() => readConfig({ MODELS_MAX_GB: '0' })).toThrow('MODELS_MAX_GB must be above 0; got "0"');
  });

  it('has a channel for operators only when one is named', () => {
    expect(readConfig({ OPERATORS_CHANNEL_ID: '' })).not.toHaveProperty('operatorsChannelId');
    expect(readConfig({ OPERATORS_CHANNEL_ID: '123456789012345678' }).operatorsChannelId).toBe('123456789012345678');
    expect(() => readConfig({ OPERATORS_CHANNEL_ID: '#ops' })).toThrow('a number of 15 to 20 digits; got "#ops"');
  });

  it('counts an empty variable as absent', () => {
    expect(readConfig({ ...discord, DISCORD_GUILD_ID: '', WORKER_THREADS: '' }).discord).toEqual({
      token: 'secret',
      applicationId: '123456789012345678',
      apiUrl: 'https://discord.com/api',
    });
  });

  it('names the variable, what it takes and what came', () => {
    expect(() => readConfig({ CHART_RENDERER: 'paper' })).toThrow(
      'CHART_RENDERER must be local or quickchart; got "paper". See .env.example.',
    );
    expect(() => readConfig({ DISCORD_API_URL: 'discord' })).toThrow('DISCORD_API_URL must be an http(s) address');
    expect(() => readConfig({ WORKER_THREADS: '0' })).toThrow('WORKER_THREADS must be at least 1; got "0"');
    expect(() => readConfig({ ...discord, DISCORD_APPLICATION_ID: 'me' })).toThrow('a number of 15 to 20 digits');
  });

  it('says what Discord needs when it is missing', () => {
    expect(() => requireDiscord(readConfig({ DISCORD_TOKEN: 'secret' }))).toThrow('copy .env.example to .env');
    expect(requireDiscord(readConfig(discord)).token).toBe('secret');
  });
});

describe('.env.example', () => {
  const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
  const source = readFileSync(new URL('../src/config.ts', import.meta.url), 'utf8');

  it('describes every variable that is read, and no other', () => {
    const described = [...example.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => String(name));
    const read = [...source.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => String(name));
    expect(new Set(described)).toEqual(new Set(read));
  });

  it('is itself a configuration that is accepted', () => {
    const lines = [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(
      ([, name = '', value = '']) => [name, value] as const,
    );
    expect(() => readConfig(Object.fromEntries(lines))).not.toThrow();
  });
});
