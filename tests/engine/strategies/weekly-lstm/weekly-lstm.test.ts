import { describe, expect, it } from 'vitest';
import { withLimit, type Mandate } from '../../../../src/engine/mandate.ts';
import type { SignalledSource } from '../../../../src/engine/strategies/signal-generator.ts';
import type { Decision } from '../../../../src/engine/strategies/strategy.ts';
import { minimumCvar } from '../../../../src/engine/strategies/minimum-cvar/index.ts';
import { weeklyLstm } from '../../../../src/engine/strategies/weekly-lstm/index.ts';
import { atMost } from '../../../support/constraints.ts';
import { context, source } from '../four-assets.ts';

const mandate: Mandate = { horizonDays: 5, constraints: [], risk: { alpha: 0.9 } };

type Source = Parameters<typeof weeklyLstm.decide>[0];

function withForecasts(changes: readonly number[], tickers = source.tickers): Source {
  if (source.kind !== 'filtered') throw new Error('expected the default recipe');
  const common: Omit<SignalledSource<unknown>, 'reading'> = source;
  return { ...common, tickers, reading: { week: source.until, changes } };
}

function weightsOf(decision: Decision | undefined): readonly number[] {
  if (decision === undefined || decision.status === 'failed') throw new Error('expected a decision');
  return decision.portfolio.weights;
}

const decide = async (changes: readonly number[], asked: Mandate = mandate) =>
  (await weeklyLstm.decide(withForecasts(changes), [asked], context))[0];

const near = (values: readonly number[], digits = 6): unknown[] =>
  values.map((value) => expect.closeTo(value, digits) as unknown);

const least = weightsOf((await minimumCvar.decide(source, [mandate], context))[0]);

describe('weekly forecasts', () => {
  it('buy what is to rise, in proportion, with all the money', async () => {
    expect(weightsOf(await decide([0.01, 0.01, 0.01, -0.02]))).toEqual(near([1 / 3, 1 / 3, 1 / 3, 0]));
    expect(weightsOf(await decide([0.03, 0.01, -0.2, 0.03]))).toEqual(near([1 / 3, 1 / 3, 0, 1 / 3]));
  });

  it('hold the least risky split where none is to rise', async () => {
    expect(weightsOf(await decide([-0.01, -0.02, -0.03, -0.04]))).toEqual(near(least));
  });

  it('put what the cap leaves into the least risky split', async () => {
    expect(weightsOf(await decide([0.05, -0.02, -0.03, -0.04]))).toEqual(
      near(least.map((weight, j) => (j === 0 ? 1 / 3 : 0) + (2 / 3) * weight)),
    );
  });

  it('stay within a mandate by the nearest weights, and say how far these are', async () => {
    const kept = await decide([0.01, 0.01, 0.01, -0.02], { ...mandate, constraints: [atMost(0.28)] });
    expect(weightsOf(kept)).toEqual(near([0.28, 0.28, 0.28, 0.16]));
    expect(kept).toMatchObject({ status: 'optimal' });
    const limited = await decide([0.01, 0.01, 0.01, -0.02], withLimit(mandate, 1e-6));
    expect(limited).toMatchObject({ status: 'infeasible' });
    expect(weightsOf(limited)).toEqual(near(least));
  });

  it('never buy an index', async () => {
    const [a, b, c] = source.tickers;
    const beside = withForecasts([0.01, 0.02, 0.01, 0.09], [a!, b!, c!, '^IXIC']);
    const [decision] = await weeklyLstm.decide(beside, [mandate], context);
    expect(weightsOf(decision)[3]).toBe(0);
  });
});
