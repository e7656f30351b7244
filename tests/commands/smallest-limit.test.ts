import { describe, expect, it } from 'vitest';
import { minimumRequest } from '../../src/commands/alert/rules.ts';
import { limitToTry, smallestLimit } from '../../src/commands/limits.ts';
import { allocateJson } from '../../src/commands/allocate/terminal.ts';
import { withLimit } from '../../src/engine/mandate.ts';
import { DEFAULT_STRATEGY } from '../../src/engine/strategies/index.ts';
import { isKept } from '../../src/engine/optimize/problem.ts';
import { openFileEngine } from '../support/file-engine.ts';

type Opened = ReturnType<typeof openFileEngine>;

/** An engine, and requests that differ in their limit. */
function open(sampling: Opened['request']['sampling']) {
  const { engine, request } = openFileEngine();
  const asking = (limit: number) => ({ ...request, mandate: withLimit(request.mandate, limit), sampling });
  return { engine, asking };
}

/** As a person reads and types it. */
const typed = (text: string): number => Number(text.replace('%', '')) / 100;

describe.each([
  { scenarios: 200, seed: 1 },
  { scenarios: 500, seed: 7 },
  { scenarios: 1000, seed: 3 },
])('the smallest limit that can be kept, of $scenarios scenarios', (sampling) => {
  it('is answered when it is asked for as it is shown, and so is that of the button', async () => {
    const { engine, asking } = open(sampling);
    const { allocation } = await engine.allocate(asking(0.0001));
    expect(allocation.status).toBe('infeasible');
    const { portfolio } = allocation;
    expect(portfolio.leastLimit).toBeGreaterThan(portfolio.cvar);
    for (const limit of [typed(smallestLimit(portfolio.leastLimit)), limitToTry(portfolio.leastLimit)!]) {
      const tried = await engine.allocate(asking(limit));
      expect(tried.allocation.status).toBe('optimal');
      expect(isKept(tried.allocation.portfolio.leastLimit, limit)).toBe(true);
    }
    // A hundredth of a percent less is not.
    const below = typed(smallestLimit(portfolio.leastLimit)) - 2e-4;
    expect((await engine.allocate(asking(below))).allocation.status).toBe('infeasible');
  });

  it('is the same for the terminal, the frontier and alerts', async () => {
    const { engine, asking } = open(sampling);
    const answer = await engine.allocate(asking(0.3));
    const { leastLimit } = answer.allocation.minimum!;
    expect(allocateJson(answer)).toMatchObject({ minCvar: leastLimit });
    const { frontier } = await engine.frontier({ ...asking(0.3), points: 4 });
    expect(frontier.minimum.leastLimit).toBeCloseTo(leastLimit, 10);
    const { universe, mandate } = asking(0.3);
    const minimum = await engine.allocate({ ...minimumRequest({ universe: 'x', mandate }, universe), sampling });
    expect(minimum.allocation.portfolio.leastLimit).toBeCloseTo(leastLimit, 10);
  });
});

it('of equal weights their own smallest limit is offered, and kept', async () => {
  const { engine, asking } = open({ scenarios: 300, seed: 2 });
  const by = { ...DEFAULT_STRATEGY, id: 'equal-weight' };
  const { allocation } = await engine.allocate({ ...asking(0.0001), strategy: by });
  const limit = limitToTry(allocation.portfolio.leastLimit)!;
  const tried = await engine.allocate({ ...asking(limit), strategy: by });
  expect([allocation.status, tried.allocation.status]).toEqual(['infeasible', 'optimal']);
});
