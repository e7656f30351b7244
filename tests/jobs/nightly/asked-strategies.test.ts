import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../src/durations.ts';
import { chooseStrategy, DEFAULT_STRATEGY } from '../../../src/engine/strategies/index.ts';
import type { StrategyChoice } from '../../../src/engine/strategies/strategy.ts';
import { nightly } from '../../../src/jobs/nightly/nightly.ts';
import { FRIDAY, GUILD, startServices, universe } from '../fixtures.ts';

const MONDAY = FRIDAY + 3 * DAY_MS;
const PLAIN = chooseStrategy('cvar-lstm', { recipe: 'plain' });
const pair = { kind: 'tickers', tickers: ['AAA', 'BBB'], name: 'pair' } as const;

async function start() {
  const made = await startServices();
  made.serve('AAA', 'BBB');
  await made.saveGuild(GUILD, { universes: [universe('pair', ['AAA', 'BBB'])], settings: { universe: 'pair' } });
  const ask = (strategy: StrategyChoice, asOf?: string) =>
    made.app.engine.scenarios({
      universe: pair,
      strategy,
      sampling: { scenarios: 1_000, seed: 1 },
      horizonDays: 21,
      ...(asOf !== undefined && { asOf }),
    });
  const trained = () =>
    made.log.filter(({ msg }) => msg === 'trained').map(({ strategy, outcome }) => [strategy, outcome]);
  return { ...made, ask, trained };
}

describe('a strategy beside the default one', () => {
  it('is trained at night while people ask about it, when there are new prices', async () => {
    const made = await start();
    await made.ask(PLAIN);
    await made.ask(DEFAULT_STRATEGY);
    expect(await made.app.engine.askedStrategies({ universe: pair })).toEqual([PLAIN]);
    await made.run(nightly);
    await made.run(nightly);
    expect(made.trained()).toEqual([
      [undefined, 'unchanged'],
      ['cvar-lstm', 'unchanged'],
    ]);
    made.time.now = MONDAY;
    await made.run(nightly);
    expect(
      made
        .trained()
        .slice(2)
        .map(([strategy]) => strategy),
    ).toEqual([undefined, 'cvar-lstm']);
  });

  it('is not trained when nobody has asked about it for a week, or only about a past day', async () => {
    const made = await start();
    await made.ask(PLAIN, '2024-04-01');
    expect(await made.app.engine.askedStrategies({ universe: pair })).toEqual([]);
    await made.ask(PLAIN);
    made.time.now = MONDAY + 7 * DAY_MS;
    await made.run(nightly);
    expect(made.trained().map(([strategy]) => strategy)).toEqual([undefined]);
  });
});
