// What every strategy in the list must do, whichever it is.
import { beforeAll, describe, expect, it } from 'vitest';
import { feasibleSet } from '../../../src/engine/constraints/index.ts';
import { isFeasible } from '../../../src/engine/constraints/polytope.ts';
import { historyUntil, type History } from '../../../src/engine/history.ts';
import { recipeSchema } from '../../../src/engine/lstm/lstm-model.ts';
import { limitOf, withLimit, type Mandate, type Mandates } from '../../../src/engine/mandate.ts';
import { cvar } from '../../../src/engine/risk.ts';
import { decideContext, type Drawn, drawSamples } from '../../../src/engine/strategies/drawn.ts';
import {
  checkNeeds,
  chooseStrategy,
  findStrategy,
  STRATEGIES,
  DEFAULT_STRATEGY,
} from '../../../src/engine/strategies/index.ts';
import type { AnyStrategy, Decision, Model, ModelFiles } from '../../../src/engine/strategies/strategy.ts';
import { atLeast, atMost } from '../../support/constraints.ts';
import { changedFrom, randomPrices } from '../../support/random-prices.ts';
import { fakeClock } from '../../support/small-model.ts';

/** Decisions are made on the day at row 519; more days come after it. */
const ROW = 519;
const prices = randomPrices({ days: ROW + 41, momentum: 0.3 });
const until = prices.dates[ROW]!;
const history = historyUntil(prices, until);
const { tickers } = prices;

const unlimited: Mandate = {
  horizonDays: 4,
  constraints: [atMost(0.6), atLeast(0.1)],
  risk: { alpha: 0.9 },
};
/** From one that no split keeps to one that every split keeps. */
const mandates = [withLimit(unlimited, 0.0001), withLimit(unlimited, 0.03), withLimit(unlimited, 0.9)] as const;
const sampling = { scenarios: 300, seed: 3 };
const now = fakeClock();

/** Their own networks are small here. */
const paramsOf = ({ params }: AnyStrategy): Readonly<Record<string, unknown>> =>
  params.safeParse({ units: 4 }).data ?? params.parse({});

const fitSmall = (strategy: AnyStrategy, seen: History): Promise<Model> =>
  strategy.fit(seen, paramsOf(strategy), { seed: 1, now: fakeClock() });

/** By recipe: strategies that share one share its models. */
const fitted = new Map<string, Promise<Model>>();

function modelOf(strategy: AnyStrategy): Promise<Model> {
  const recipe = strategy.recipeOf(strategy.params.parse({}));
  const model = fitted.get(recipe) ?? fitSmall(strategy, history);
  fitted.set(recipe, model);
  return model;
}

/** The default recipe of a strategy, and those of the LSTM that it takes. */
const recipesOf = (strategy: AnyStrategy): readonly string[] =>
  [{}, ...recipeSchema.options.map((recipe) => ({ recipe }))].flatMap((params) => {
    const { data } = strategy.params.safeParse(params);
    return data === undefined ? [] : [strategy.recipeOf(data)];
  });

const portfolioOf = (decision: Decision | undefined) => {
  if (decision === undefined || decision.status === 'failed')
    throw new Error(`expected a decision: ${decision?.reason}`);
  return decision.portfolio;
};

function expectSameWeights(decision: Decision | undefined, other: Decision | undefined): void {
  const { weights } = portfolioOf(other);
  for (const [j, weight] of portfolioOf(decision).weights.entries()) expect(weights[j]).toBeCloseTo(weight, 5);
}

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe.each(STRATEGIES)('the strategy $id', (strategy) => {
  let model: Model;
  let decided: readonly Decision[];
  beforeAll(async () => {
    model = await modelOf(strategy);
    decided = await decide();
  });
  const draw = (seen: History, horizonDays = unlimited.horizonDays): Promise<Drawn> =>
    drawSamples({ strategy: strategy.id, model, history: seen, horizonDays, sampling }, { now });
  /** On the scenarios that follow the history, unless others are given. */
  const decide = async (
    given: { history?: History; mandates?: Mandates; drawn?: Drawn; wantsOutcomes?: boolean } = {},
  ) => {
    const { history: seen = history, drawn = await draw(seen), wantsOutcomes } = given;
    const context = { ...decideContext(drawn, { now }), wantsOutcomes };
    return strategy.decide(drawn.source, given.mandates ?? mandates, context);
  };

  it('fits a model that says what it is and is plain data', async () => {
    const params = paramsOf(strategy);
    expect(model.manifest).toMatchObject({ tickers, recipe: strategy.recipeOf(params), seed: 1, trainedUntil: until });
    expect(strategy.recipeOf(strategy.paramsOf(model))).toBe(strategy.recipeOf(params));
    expect(strategy.paramsOf(model)).toEqual(params);
    expect(structuredClone(model)).toEqual(model);
  });

  it('refuses parameters that it does not know', () => {
    expect(strategy.params.safeParse({ nonsense: 1 }).success).toBe(false);
  });

  it('decides once for each mandate, in plain data that survives JSON', async () => {
    const decisions = await decide({ wantsOutcomes: true });
    expect(decisions).toHaveLength(mandates.length);
    expect(json(decisions)).toEqual(decisions);
    expect(decisions[0]?.status).toBe('infeasible');
    expect(decisions[2]?.status).toBe('optimal');
  });

  it('decides the same each time', async () => {
    expect(await decide()).toEqual(decided);
  });

  it('decides under one of several mandates as under it alone', async () => {
    const [alone] = await decide({ mandates: [mandates[1]] });
    expect(alone?.status).toBe(decided[1]?.status);
    expectSameWeights(alone, decided[1]);
  });

  it('sees no price after its history ends, neither in the fit nor in the decision', async () => {
    const later = historyUntil(changedFrom(prices, ROW + 1), until);
    const refitted = await fitSmall(strategy, later);
    expect(refitted).toEqual(model);
    expect(await decide({ history: later })).toEqual(decided);
    const last = historyUntil(changedFrom(prices, ROW), until);
    expect(await decide({ history: last })).not.toEqual(decided);
  });

  it('looks at nothing but the recent days', async () => {
    const recent = strategy.recent(model, history);
    expect(recent.until).toBe(until);
    expect(await decide({ history: recent })).toEqual(decided);
  });

  it('chooses nothing with a view to the scenarios on which it is judged', async () => {
    const drawn = await draw(history);
    const { scenarios: fresh } = (await draw(history, 2)).samples;
    const others = await decide({ drawn: { ...drawn, fresh } });
    for (const [k, decision] of others.entries()) {
      const { freshCvar, standardError, ...chosen } = portfolioOf(decision);
      expect(portfolioOf(decided[k])).toMatchObject(chosen);
      expect(portfolioOf(decided[k]).freshCvar).not.toBe(freshCvar);
      expect(portfolioOf(decided[k]).standardError).not.toBe(standardError);
    }
  });

  it('splits all of the money, meets the constraints, and says whether it keeps the limit', async () => {
    for (const [k, decision] of decided.entries()) {
      const { weights, leastLimit } = portfolioOf(decision);
      const isWithin = leastLimit <= limitOf(mandates[k]!) + 1e-9;
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
      expect(isFeasible(feasibleSet(unlimited.constraints, tickers), weights)).toBe(true);
      expect(decision.status).toBe(isWithin ? 'optimal' : 'infeasible');
    }
  });

  it('holds weights of its own where the limit allows them, not always the least risky split', async () => {
    const { source, ...drawn } = await draw(history);
    const context = decideContext({ source, ...drawn }, { now });
    const [least] = await findStrategy('minimum-cvar').decide(source, [unlimited], context);
    const apart = portfolioOf(decided[2]).weights.map((weight, j) => Math.abs(weight - portfolioOf(least).weights[j]!));
    expect(Math.max(...apart) > 1e-3).toBe(strategy.id !== 'minimum-cvar');
    expect(decided[2]).not.toHaveProperty('moved');
  });

  it('decides without a limit, as under one that every split keeps', async () => {
    const [decision] = await decide({ mandates: [unlimited] });
    expect(decision?.status).toBe('optimal');
    expectSameWeights(decision, decided[2]);
  });

  it('refuses constraints that no weights meet', async () => {
    const mandate = { ...unlimited, constraints: [atMost(0.2)] };
    await expect(decide({ mandates: [mandate] })).rejects.toMatchObject({
      name: 'UserError',
      code: 'constraints.max-weight-too-low',
    });
  });

  it('decides on the samples that it is given', async () => {
    const drawn = await draw(history);
    const { scenarios, pricing } = drawn.samples;
    expect([scenarios.rows, pricing?.rows, scenarios.cols]).toEqual([300, 600, tickers.length]);
    expect(await decide({ drawn })).toEqual(decided);
    const { samples } = await draw(history, 8);
    expect(await decide({ drawn: { ...drawn, samples } })).not.toEqual(decided);
  });

  it('includes outcomes only on request, and they match its figures', async () => {
    expect(decided[2]).not.toHaveProperty('outcomes');
    const decisions = await decide({ wantsOutcomes: true });
    for (const decision of decisions) {
      const { outcomes = [] } = decision.status === 'failed' ? {} : decision;
      expect(outcomes).toHaveLength(600);
      const { expectedReturn, cvar: risk } = portfolioOf(decision);
      expect(outcomes.reduce((sum, outcome) => sum + outcome, 0) / 600).toBeCloseTo(expectedReturn, 9);
      expect(
        cvar(
          Float64Array.from(outcomes, (outcome) => -outcome),
          0.9,
        ),
      ).toBeCloseTo(risk, 9);
    }
  });

  it('reads the files that it has written, and no damaged ones', () => {
    const { codec } = strategy;
    const files = codec.encode(model);
    expect(Object.keys(files)).toEqual(codec.fileNames.filter((name) => name in files));
    for (const name of codec.fileNames) expect(name in files || codec.optionalFileNames?.includes(name)).toBe(true);
    expect(codec.fileNames.at(-1)).toBe('manifest.json');
    expect(codec.decode(files)).toEqual(model);
    const isRead = (damaged: ModelFiles): boolean => {
      try {
        return codec.decode(damaged) !== undefined;
      } catch {
        return false;
      }
    };
    const damages = Object.keys(files).flatMap((name) => {
      const bytes = files[name]!;
      const cut = (length: number): ModelFiles => ({ ...files, [name]: bytes.slice(0, length) });
      const { [name]: _, ...others } = files;
      return [
        [`no ${name}`, others],
        [`an empty ${name}`, cut(0)],
        [`${name} without its last number`, cut(bytes.length - 8)],
        [`${name} without its last bytes`, cut(bytes.length - 3)],
      ] as const;
    });
    expect(isRead(files)).toBe(true);
    expect(damages.filter(([, damaged]) => isRead(damaged)).map(([what]) => what)).toEqual([]);
  });

  it('describes a model in words and in plain data', () => {
    const { parameters, results, lines } = strategy.describe(model);
    expect(json({ parameters, results })).toEqual({ parameters, results });
    for (const line of lines) expect(line).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
  });

  it.skipIf(strategy.score === undefined)('scores a model on the newest days, the same each time', async () => {
    const score = await strategy.score!(model, historyUntil(prices));
    expect(score.days).toBeGreaterThan(0);
    expect(score.energyScore).toBeGreaterThan(0);
    expect(await strategy.score!(model, historyUntil(prices))).toEqual(score);
  });

  it('has a name and a title that Discord and a command line can take', () => {
    expect(strategy.id).toMatch(/^[a-z][a-z-]{0,99}$/);
    expect(strategy.title.length).toBeLessThanOrEqual(100);
    expect(strategy.about).toMatch(/\.$/);
  });
});

describe('the list of strategies', () => {
  it('has each id once, and for each recipe one way to fit, simulate and store its models', () => {
    expect(new Set(STRATEGIES.map(({ id }) => id)).size).toBe(STRATEGIES.length);
    const owners = new Map<string, AnyStrategy>();
    for (const strategy of STRATEGIES) {
      for (const recipe of recipesOf(strategy)) {
        const owner = owners.get(recipe) ?? strategy;
        for (const part of ['fit', 'source', 'simulate', 'recent', 'codec'] as const)
          expect(strategy[part]).toBe(owner[part]);
        owners.set(recipe, owner);
      }
    }
    expect([...owners.keys()]).toEqual(expect.arrayContaining(recipeSchema.options));
  });

  it('begins with the one that is meant where none is named', () => {
    expect(STRATEGIES[0].id).toBe(DEFAULT_STRATEGY.id);
    expect(DEFAULT_STRATEGY).toEqual({ id: 'cvar-lstm', params: { recipe: 'filtered' } });
  });

  it('is searched by id; what is not in it is refused with what is', () => {
    for (const strategy of STRATEGIES) expect(findStrategy(strategy.id)).toBe(strategy);
    expect(() => findStrategy('momentum')).toThrow(
      expect.objectContaining({
        name: 'UserError',
        option: 'strategy',
        message: `There is no strategy "momentum": expected one of ${STRATEGIES.map(({ id }) => id).join(', ')}.`,
      }),
    );
  });
});

describe('what a strategy needs', () => {
  const fussy = { title: 'Fussy', needs: { frequency: 'daily', minDays: ROW + 42, volume: true } } as const;

  it('names the missing volumes or days', () => {
    expect(() => checkNeeds(fussy, prices)).toThrow(
      `"Fussy" needs at least ${ROW + 42} days of prices; got ${ROW + 41}`,
    );
    const patient = { ...fussy, needs: { ...fussy.needs, minDays: 500 } };
    expect(() => checkNeeds(patient, prices)).toThrow('"Fussy" needs traded volumes');
    const volumes = prices.closes.map((row) => row.map(() => 1));
    expect(() => checkNeeds(patient, { ...prices, volumes })).not.toThrow();
  });
});

describe('a choice of a strategy', () => {
  it('has the defaults of the parameters that are left out', () => {
    expect(chooseStrategy(DEFAULT_STRATEGY.id)).toEqual(DEFAULT_STRATEGY);
    expect(chooseStrategy('minimum-cvar', { recipe: 'plain' })).toEqual({
      id: 'minimum-cvar',
      params: { recipe: 'plain' },
    });
  });

  it('is refused with parameters that the strategy does not take', () => {
    expect(() => chooseStrategy('minimum-cvar', { recipe: 'other' })).toThrow('does not take these values of recipe');
    expect(() => chooseStrategy('minimum-cvar', { trees: 3 })).toThrow('does not take these values of trees');
  });
});
