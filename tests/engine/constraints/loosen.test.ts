import { expect, it } from 'vitest';
import type { Constraint } from '../../../src/engine/constraints/constraint.ts';
import { loosened } from '../../../src/engine/constraints/loosen.ts';

const linear = (relation: '<=' | '>=' | '=', text: string, bound = 0.1): Constraint => ({
  kind: 'linear',
  terms: [
    { name: 'tech', tickers: ['A', 'B'], factor: 1 },
    { name: 'KO', tickers: ['KO'], factor: -2 },
  ],
  relation,
  bound,
  text,
});

const subtracted = (relation: '<=' | '>=', text: string, bound: number): Constraint => ({
  kind: 'linear',
  terms: [{ name: 'KO', tickers: ['KO'], factor: -1 }],
  relation,
  bound,
  text,
});

it.each<[Constraint, readonly Constraint[]]>([
  [{ kind: 'max-weight', weight: 0.3 }, [{ kind: 'max-weight', weight: 0.31 }]],
  [{ kind: 'max-weight', weight: 0.995 }, [{ kind: 'max-weight', weight: 1 }]],
  [{ kind: 'max-weight', weight: 1 }, []],
  [{ kind: 'min-weight', weight: 0.005 }, [{ kind: 'min-weight', weight: 0 }]],
  [{ kind: 'min-weight', weight: 0 }, []],
  [linear('<=', 'as given'), [linear('<=', 'tech - 2 * KO <= 11%', 0.11)]],
  [linear('>=', 'as given'), [linear('>=', 'tech - 2 * KO >= 9%', 0.09)]],
  [linear('=', 'as given'), [linear('=', 'tech - 2 * KO = 11%', 0.11), linear('=', 'tech - 2 * KO = 9%', 0.09)]],
  // `10% <= KO` has its term on the left.
  [subtracted('<=', '10% <= KO', -0.1), [subtracted('<=', 'KO >= 9%', -0.09)]],
  [subtracted('>=', '0% >= KO', 0), [subtracted('>=', 'KO <= 1%', -0.01)]],
  [{ kind: 'max-assets', count: 3 }, [{ kind: 'max-assets', count: 4 }]],
  [{ kind: 'max-turnover', weight: 0.3 }, [{ kind: 'max-turnover', weight: 0.31 }]],
  [
    { kind: 'behind', benchmark: '^GSPC', limit: 0.05, text: 'behind ^GSPC<=5%' },
    [{ kind: 'behind', benchmark: '^GSPC', limit: 0.06, text: 'behind ^GSPC <= 6%' }],
  ],
  [{ kind: 'cost', rate: 0.001 }, []],
])('%j is loosened by one point, or as far as it goes', (constraint, looser) => {
  expect(loosened(constraint, 0.01)).toEqual(looser);
});
