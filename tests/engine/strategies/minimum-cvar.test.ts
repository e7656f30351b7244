import { describe, expect, it } from 'vitest';
import { withLimit, type Mandate } from '../../../src/engine/mandate.ts';
import { portfolioLosses, cvar as cvarOf } from '../../../src/engine/risk.ts';
import { cvarLstm } from '../../../src/engine/strategies/cvar-lstm/index.ts';
import { minimumCvar } from '../../../src/engine/strategies/minimum-cvar/index.ts';
import { atLeast, atMost } from '../../support/constraints.ts';
import { context, measured, samples, source } from './four-assets.ts';

const constraints = [atMost(0.5), atLeast(0.05)];
const mandate: Mandate = { horizonDays: 5, constraints, risk: { alpha: 0.9 } };
const mandates = [mandate, withLimit(mandate, 0.001), withLimit(mandate, 0.9)] as const;
const decisions = await minimumCvar.decide(source, mandates, context);

/** On the scenarios that weights are chosen on. */
const risk = (weights: readonly number[]) => cvarOf(portfolioLosses(samples.scenarios, weights), 0.9);

describe('the least risky split', () => {
  it('is the same under every limit, and is told where it does not keep one', () => {
    expect(decisions.map(({ status }) => status)).toEqual(['optimal', 'infeasible', 'optimal']);
    for (const decision of decisions) expect({ ...decisions[0], status: decision.status }).toEqual(decision);
    expect(decisions[0]).toMatchObject({ portfolio: decisions[0]!.minimum });
  });

  it('is the one beside which the best split stands', async () => {
    const [best] = await cvarLstm.decide(source, [withLimit(mandate, 0.9)], context);
    expect(decisions[0]?.minimum).toEqual(best?.minimum);
  });

  it('is less risky than any of its neighbours that meets the constraints', () => {
    const { weights } = decisions[0]!.minimum!;
    expect(decisions[0]!.minimum).toEqual(measured(weights, 0.9));
    for (const from of weights.keys()) {
      for (const to of weights.keys()) {
        const moved = weights.map((weight, j) => weight + (j === to ? 0.02 : 0) - (j === from ? 0.02 : 0));
        if (from === to || moved[from]! < 0.05 || moved[to]! > 0.5) continue;
        expect(risk(moved)).toBeGreaterThan(risk(weights));
      }
    }
  });
});
