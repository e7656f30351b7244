import { describe, expect, it } from 'vitest';
import { strategies } from '../../../src/commands/strategies/slash.ts';
import { needsText } from '../../../src/commands/strategies/text.ts';
import { STRATEGIES } from '../../../src/engine/strategies/index.ts';
import { tailcapHere } from '../../support/tailcap-here.ts';
import { createTestApp } from '../../support/test-bot.ts';
import { replyOf } from '../asking.ts';

describe('the list of strategies', () => {
  it('gives what each is and needs, in Discord and in the terminal alike', async () => {
    const { fields } = await replyOf(strategies, undefined, await createTestApp().invocation());
    const [text, json] = await Promise.all([
      tailcapHere(['strategies'], '/nowhere'),
      tailcapHere(['strategies', '--json'], '/nowhere'),
    ]);
    const listed = STRATEGIES.map(({ id, title, about, needs }) => ({ id, title, about, needs }));
    expect(JSON.parse(json.stdout)).toEqual({ status: 'listed', strategies: listed });
    expect(fields).toEqual(
      STRATEGIES.map((one) => ({ name: `${one.id}: ${one.title}`, value: `${one.about} ${needsText(one)}` })),
    );
    expect(text.stdout.trimEnd()).toBe(fields?.map(({ name, value }) => `${name}\n  ${value}`).join('\n'));
  });

  it('says what prices are needed, and when volumes are', () => {
    expect(needsText(STRATEGIES[0])).toBe('Needs 500 days of daily prices.');
    const needs = { frequency: 'weekly', minDays: 700, volume: true } as const;
    expect(needsText({ ...STRATEGIES[0], needs })).toBe('Needs 700 days of weekly prices and volumes.');
  });
});
