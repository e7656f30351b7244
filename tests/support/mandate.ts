import type { Mandate } from '../../src/engine/mandate.ts';

/** Without constraints; 95% confidence unless `risk` says otherwise. */
export const mandateOver = (horizonDays: number, risk: Partial<Mandate['risk']> = {}): Mandate => ({
  horizonDays,
  constraints: [],
  risk: { alpha: 0.95, ...risk },
});
