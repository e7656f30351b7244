// Through both doors: every answer restates its question, and says what is extrapolated.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChartSpec } from '../../src/charts/spec.ts';
import { COLOURS } from '../../src/charts/theme.ts';
import { allocate } from '../../src/commands/allocate/slash.ts';
import { backtest } from '../../src/commands/backtest/slash.ts';
import { frontier } from '../../src/commands/frontier/slash.ts';
import type { Options } from '../../src/commands/options.ts';
import { answerReport } from '../../src/commands/report/answer.ts';
import { readSavedQuery } from '../../src/commands/saved-query.ts';
import type { SlashCommand } from '../../src/commands/slash-command.ts';
import { renderReply } from '../../src/discord/render.ts';
import type { Reply } from '../../src/reply.ts';
import { Semaphore } from '../../src/semaphore.ts';
import { startMarket, type Market } from '../support/market.ts';
import { tailcapHere } from '../support/tailcap-here.ts';
import { temporaryHome } from '../support/tailcap.ts';
import { createTestApp, type TestApp } from '../support/test-bot.ts';
import { replyOf } from './asking.ts';

const GUILD = '300000000000000001';
const AMBER = 0xb7791f;
const tickers = ['AAA', 'BBB', 'CCC'];
const settings = { universe: 'three', constraints: [{ kind: 'max-weight', weight: 0.4 } as const] };

/** Three years before, the market has as many days as a model needs, and three months to come. */
const now = (): number => Date.UTC(2027, 0, 4);

let market: Market;
let test: TestApp;
let drawn: ChartSpec[] = [];

beforeAll(async () => {
  market = await startMarket();
  market.list(tickers);
  const charts = {
    png: (spec: ChartSpec) => {
      drawn.push(spec);
      return Promise.resolve(new Uint8Array());
    },
  };
  const backtestSemaphore = new Semaphore({ work: 'backtest', places: 2, usualMs: 180_000, now });
  test = createTestApp({ ...market.app, charts, clock: { now }, backtestSemaphore });
  await test.app.guilds.update(GUILD, (record) => ({
    ...record,
    universes: [{ name: 'three', tickers, createdAt: '2024-01-01T00:00:00Z' }],
    settings,
  }));
});
beforeEach(() => void (drawn = []));
afterAll(() => market.close());

async function ask<R>(command: SlashCommand<R>, options: Options): Promise<Reply> {
  const asked = await test.invocation();
  return replyOf(command, command.parse(options, asked), asked);
}

const bodyOf = ({ body = '' }: Reply): string => body.replaceAll('**', '');
const subtitles = (): string[] =>
  drawn.map(({ config }) => [config.options?.plugins?.subtitle?.text ?? []].flat().join(' '));
const colours = (): unknown[] => drawn.map(({ config }) => config.options?.plugins?.subtitle?.color);
const colourOf = (reply: Reply): number | undefined => renderReply(reply).embeds[0]?.color;
const fieldOf = ({ fields = [] }: Reply, start: string): string =>
  fields.find(({ name }) => name.startsWith(start))?.value ?? '';

const FROM_SETTINGS = "21 trading days, alpha 95%; at most 40% per asset, from this server's settings";

describe("an answer under a server's bound", () => {
  it('says that the bound, and not the market, makes a limit impossible', async () => {
    const bound = await ask(allocate, { loss: '0.01%' });
    expect(bound.title).toBe('No split within these bounds keeps a limit of 0.01% · 21 trading days · three');
    expect(bodyOf(bound)).toMatch(
      /^Within these bounds, the smallest limit that can be kept is \d+\.\d\d%: the least risky split, below, has an average loss of \d+\.\d\d% in the worst 5% of scenarios \(CVaR\)/,
    );
    expect(bodyOf(bound)).toContain(`\nAsked: limit 0.01%, ${FROM_SETTINGS}.`);
    expect(subtitles()[0]).toContain(`limit 0.01%, ${FROM_SETTINGS}`);
    expect(subtitles()[0]).toContain('No split within these bounds keeps');
    expect(bound.images?.[0]?.description).toContain(FROM_SETTINGS);

    const typed = await ask(allocate, { loss: '0.01%', max_weight: '100%' });
    expect(bodyOf(typed)).toMatch(/^The smallest limit .*\nAsked: limit 0\.01%, 21 trading days, alpha 95%\.$/s);
    expect(typed.title).toMatch(/^No split keeps a limit of 0\.01%/);
  });

  it('names a bound that was typed without a source', async () => {
    expect(bodyOf(await ask(allocate, { loss: '90%', max_weight: '40%' }))).toContain(
      'Asked: limit 90%, 21 trading days, alpha 95%, at most 40% per asset.',
    );
  });

  it('shows its smallest limit in one way, and keeps it when it is typed again or its button is pressed', async () => {
    const infeasible = await ask(allocate, { loss: '0.01%' });
    const smallest = fieldOf(infeasible, 'Smallest limit');
    expect(bodyOf(infeasible)).toContain(`the smallest limit that can be kept is ${smallest}:`);
    expect(Number.parseFloat(fieldOf(infeasible, 'CVaR 95%'))).toBeLessThan(Number.parseFloat(smallest));
    const again = await ask(allocate, { loss: smallest });
    expect(again.tone).toBe('answer');
    expect(again.title).toMatch(/^Split within /);

    const { key, label } = infeasible.buttons!.find((button) => button.label.startsWith('Try '))!;
    expect(Number.parseFloat(label.slice(4))).toBe(Number.parseFloat(smallest));
    const asked = await test.invocation();
    const pressed = await replyOf(allocate, await allocate.press!(key, asked), asked);
    expect(pressed.title).toBe(again.title);
    expect(bodyOf(pressed)).toContain("at most 40% per asset, from the server's settings at that time.");
  });

  it('restates it in a frontier, and in its picture', async () => {
    const reply = await ask(frontier, { loss: '0.01%' });
    expect(bodyOf(reply)).toContain(
      'No split within these bounds keeps a limit of 0.01%: the smallest that can be kept is',
    );
    expect(bodyOf(reply)).toContain(`Asked: limit 0.01%, ${FROM_SETTINGS}.`);
    const smallest = /the smallest that can be kept is (\S+)\./.exec(bodyOf(reply))![1];
    expect(fieldOf(reply, 'Smallest limit')).toBe(smallest);
    const [, lowest = ''] = reply.table!.find((line) => line.startsWith('lowest'))!.split(/ +/);
    expect(JSON.stringify(drawn[0])).toContain(`"lowest CVaR ${lowest}"`);
    expect(subtitles()[0]).toContain(`the smallest that can be kept is ${smallest}.`);
  });

  it('restates it in a backtest, and in its three pictures, with predicted and realised profit side by side', async () => {
    const reply = await ask(backtest, { from: '2024-02-01', limits: '0.01%, 0.02%' });
    expect(bodyOf(reply)).toContain('None of these limits could be kept within these bounds on any date.');
    expect(bodyOf(reply)).toContain(`Asked: 2 limits from 0.01% to 0.02%, ${FROM_SETTINGS}.`);
    expect(subtitles()).toHaveLength(3);
    for (const subtitle of subtitles()) expect(subtitle).toContain(`2 limits from 0.01% to 0.02%, ${FROM_SETTINGS}`);
    expect(reply.table?.[0]).toMatch(/Predicted +Real /);
  });

  it('restates it in reports, as it was when they were scheduled', async () => {
    const { guild } = await test.invocation();
    const query = readSavedQuery({ loss: '0.01%' }, guild);
    expect(query.settingsUsed).toEqual({ parts: ['max-weight'] });
    const place = { id: '1', channelId: '4', cron: '0 7 * * *', timeZone: 'UTC', scheduledAt: '2024-01-01T00:00:00Z' };
    const whole = { ...place, ...query };
    const reports = [
      { ...whole, what: 'allocation' },
      { ...whole, what: 'frontier' },
      { ...whole, what: 'backtest' },
    ] as const;
    await test.app.guilds.update(GUILD, (record) => ({ ...record, reports: [...reports] }));
    for (const stored of (await test.app.guilds.get(GUILD)).reports) {
      const { body } = await answerReport(GUILD, stored, test);
      expect(body).toContain("alpha 95%; at most 40% per asset, from the server's settings at that time.");
    }
  });
});

describe('an answer beyond what the model was judged on', () => {
  const caution = 'Extrapolation: the model was not judged on horizons of more than 63 trading days';

  it('says so, in amber, and in an amber picture', async () => {
    for (const [command, options] of [
      [allocate, { loss: '90%' }],
      [frontier, {}],
    ] as const) {
      drawn = [];
      const usual = await ask<unknown>(command, { ...options, horizon: 63 });
      expect(bodyOf(usual)).not.toContain('Extrapolation');
      expect(colourOf(usual)).not.toBe(AMBER);
      const far = await ask<unknown>(command, { ...options, horizon: 64 });
      expect(bodyOf(far)).toContain(caution);
      expect(colourOf(far)).toBe(AMBER);
      expect(subtitles()[1]).toContain(caution);
      expect(colours()).toEqual([COLOURS.muted, COLOURS.warning]);
    }
  });
});

describe('in the terminal', () => {
  const { home, remove } = temporaryHome();
  afterAll(remove);

  const say = async (line: string): Promise<string> => {
    const { stdout } = await tailcapHere(line.replaceAll('HOME', home).split(' '), home);
    return stdout;
  };

  it('a bound needs no source', async () => {
    const text = await say('allocate --universe sample --loss 0.5% --max-weight 40% --scenarios 400 --horizon 5');
    expect(text).toMatch(/^No split within these bounds keeps a limit of 0\.5% · 5 trading days · sample\n/);
    expect(text).toContain('\nWithin these bounds, the smallest limit');
    expect(text).toContain('\nAsked: limit 0.5%, 5 trading days, alpha 95%, at most 40% per asset.\n');
    const smallest = /Smallest limit that can be kept +(\S+)/.exec(text)![1]!;
    const again = `allocate --universe sample --loss ${smallest} --max-weight 40% --scenarios 400 --horizon 5`;
    expect(await say(again)).toMatch(/^Split within /);
  });

  it('a limit is shown with all its digits beside the CVaR that keeps it', async () => {
    const text = await say('allocate --universe sample --loss 7.125% --scenarios 400');
    expect(text).toMatch(/^CVaR 95% +\d\.\d\d% \(limit 7\.125%\), an average: single losses can be larger$/m);
    expect(text).toContain('% (CVaR), within the limit of 7.125%.');
  });

  it('a gain in the worst cases is called one, by solve and by allocate', async () => {
    const rows = Array.from({ length: 40 }, (_, at) => `${0.5 + at / 100},${0.9 - at / 100}`);
    writeFileSync(`${home}/gains.csv`, ['A,B', ...rows, ''].join('\n'));
    const text = await say('solve --scenarios-file HOME/gains.csv --loss 8% --max-weight 60%');
    expect(text).toMatch(/^CVaR +gain \d+\.\d\d%$/m);
    expect(text).toMatch(/^Value-at-risk +gain \d+\.\d\d%$/m);
    expect(text).toMatch(/^Smallest CVaR +gain \d+\.\d\d%$/m);
    expect(text).toContain('Asked: limit 8%, alpha 95%, at most 60% per asset.');

    const days = Array.from({ length: 500 }, (_, day) =>
      new Date(Date.UTC(2022, 0, 3 + day)).toISOString().slice(0, 10),
    );
    const prices = days.map(
      (day, t) => `${day},${1.003 ** t * (1 + (t % 7) / 1000)},${1.004 ** t * (1 + (t % 5) / 1000)}`,
    );
    writeFileSync(`${home}/rising.csv`, ['date,A,B', ...prices, ''].join('\n'));
    const rising = await say('allocate --prices HOME/rising.csv --loss 8% --scenarios 400 --chart HOME/rising.png');
    expect(rising).toMatch(
      /^Even in the worst 5% of scenarios it gains \d+\.\d\d% on average \(CVaR\), within the limit of 8%\.$/m,
    );
    expect(rising).toMatch(/^CVaR 95% +gain \d+\.\d\d% \(limit 8%\), an average: single cases can be worse$/m);
    expect(rising).toContain('Extrapolation: the model was not judged on gains even in the worst cases.');
    expect(readFileSync(`${home}/rising.png`).length).toBeGreaterThan(10_000);
  });
});
