import { expect, it } from 'vitest';
import { mandatesWithout } from '../../../src/commands/allocate/without.ts';
import { resolveNames } from '../../../src/engine/constraints/names.ts';
import type { Constraint } from '../../../src/engine/constraints/index.ts';
import { atMost } from '../../support/constraints.ts';

it('leaves out what holds the limit up, also where its asset has another spelling', () => {
  const typed: Constraint = {
    kind: 'linear',
    terms: [{ name: 'BRK.B', tickers: ['BRK.B'], factor: 1 }],
    relation: '>=',
    bound: 0.5,
    text: 'BRK.B >= 50%',
  };
  const mandate = { horizonDays: 5, constraints: [typed, atMost(0.6)], risk: { alpha: 0.95, limit: 0.02 } };
  const [constraint] = resolveNames([typed], { tickers: ['BRK-B', 'KO'] });
  expect(mandatesWithout(mandate, [{ constraint: constraint!, minCvarWithout: 0.01 }])).toMatchObject([
    { mandate: { constraints: [atMost(0.6)], risk: { limit: 0.02 } } },
  ]);
});
