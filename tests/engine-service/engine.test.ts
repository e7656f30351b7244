import { describe, expect, it } from 'vitest';
import { limitOf, withLimit } from '../../src/engine/mandate.ts';
import type { Constraint } from '../../src/engine/constraints/index.ts';
import { STRATEGIES, chooseStrategy } from '../../src/engine/strategies/index.ts';
import type { Progress } from '../../src/engine/types.ts';
import type { AllocateRequest } from '../../src/engine-service/requests.ts';
import { UserError } from '../../src/errors.ts';
import { HANDLERS } from '../../src/workers/tasks.ts';
import { atLeast } from '../support/constraints.ts';
import { market, openFileEngine } from '../support/file-engine.ts';

describe('the engine', () => {
  it('computes equal requests in flight once, progress for each, and another limit from the same scenarios', async () => {
    const { engine, pool, count, ...made } = openFileEngine();
    const request = { ...made.request, strategy: chooseStrategy('cvar-lstm', { recipe: 'plain' }) };
    const stages: Set<Progress['stage']>[] = [new Set(), new Set()];
    const [first, second] = await Promise.all(
      stages.map((seen) => engine.allocate({ ...request }, { onProgress: ({ stage }) => seen.add(stage) })),
    );
    expect(second).toEqual(first);
    expect(second!.allocation).toBe(first!.allocation);
    for (const seen of stages) expect([...seen]).toEqual(['training', 'scenarios']);
    expect(pool.ran).toEqual(['fit', 'simulate', 'decide']);

    const other = await engine.allocate({ ...request, mandate: withLimit(request.mandate, 0.1) });
    expect(limitOf(other.request.mandate)).toBe(0.1);
    expect(pool.ran.slice(3)).toEqual(['decide']);

    await engine.allocate(request);
    expect(count('decide')).toBe(3);
  });

  it('searches for the least risky split once for scenarios and constraints, and answers the same to the bit', async () => {
    const known: unknown[] = [];
    const { engine, request } = openFileEngine({
      decide: (input, onProgress) => {
        known.push(input.knownMinimum?.weights);
        return HANDLERS.decide(input, onProgress);
      },
    });
    const mandate = { ...request.mandate, constraints: [atLeast(0.1)] };
    const first = await engine.allocate({ ...request, mandate });
    const second = await engine.allocate({ ...request, mandate });
    await engine.allocate({ ...request, mandate: { ...mandate, constraints: [atLeast(0.2)] } });
    expect(known).toEqual([undefined, first.allocation.minimum!.weights, undefined]);
    expect(second.allocation).toEqual(first.allocation);
  });

  it('buys no index, under any request, and says so', async () => {
    const { engine, request, writeDays } = openFileEngine();
    const [, ...assets] = market.tickers;
    writeDays(520, { ...market, tickers: ['^X', ...assets] });
    const answers = await Promise.all([
      engine.allocate(request),
      engine.frontier({ ...request, points: 3 }),
      engine.scenarios({ ...request, horizonDays: 3 }),
    ]);
    for (const { tickers, prices } of answers) {
      expect(tickers).toEqual(assets);
      expect(prices.notes).toContain('^X is an index and is not bought.');
    }
    expect((await engine.train({ ...request, seed: 1 })).model.manifest.tickers).toEqual(assets);
    writeDays(520, { ...market, tickers: ['^X', '^Y', 'A'] });
    await expect(engine.allocate(request)).rejects.toMatchObject({ code: 'prices.too-few-assets' });
  });

  it('has the index of a benchmark among its scenarios, and buys none of it', async () => {
    const { engine, request, writeDays } = openFileEngine();
    const [, ...assets] = market.tickers;
    writeDays(520, { ...market, tickers: ['^X', ...assets] });
    const behind: Constraint = { kind: 'behind', benchmark: '^X', limit: 0.5, text: 'behind ^X <= 50%' };
    const mandate = { ...request.mandate, constraints: [behind] };
    const { tickers, allocation, equalWeight } = await engine.allocate({ ...request, mandate });
    expect(tickers).toEqual(['^X', ...assets]);
    expect(allocation.portfolio.weights[0]).toBe(0);
    expect(equalWeight.weights).toEqual([0, ...assets.map(() => 1 / assets.length)]);
    const traced = await engine.frontier({ ...request, mandate, points: 3 });
    expect(traced.frontier.equalWeight.weights).toEqual(equalWeight.weights);
    const other = { ...request.mandate, constraints: [{ ...behind, benchmark: '^Y' }] };
    await expect(engine.allocate({ ...request, mandate: other })).rejects.toThrow('names ^Y');
  });

  it('knows equal requests in whatever order they are written', async () => {
    const { engine, request, count } = openFileEngine();
    const { mandate, ...rest } = request;
    const { risk, ...others } = mandate;
    const { alpha, limit } = risk;
    const other = { mandate: { risk: { limit: limit!, alpha }, ...others }, ...rest };
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(request));
    await Promise.all([engine.allocate(request), engine.allocate(other)]);
    expect(count('decide')).toBe(1);
  });

  it('computes a question once, wherever its parts come from, and answers each caller with their own request', async () => {
    const { engine, pool, request } = openFileEngine();
    const left: AllocateRequest = { ...request, settingsUsed: { parts: ['horizon', 'alpha'] } };
    const allocations = await Promise.all([engine.allocate(left), engine.allocate(request)]);
    expect(allocations.map((answer) => answer.request)).toEqual([left, request]);
    expect(pool.ran).toEqual(['fit', 'simulate', 'decide']);

    const [typed, some] = [
      { ...request, points: 3 },
      { ...left, points: 3 },
    ];
    const frontiers = await Promise.all([engine.frontier(typed), engine.frontier(some)]);
    expect(frontiers.map((answer) => answer.request)).toEqual([typed, some]);
    expect(pool.ran.slice(3)).toEqual(['frontier']);
  });

  it('trains once for different requests, and ends the training when all have gone', async () => {
    const endless = openFileEngine({
      fit: (_input, onProgress) => {
        onProgress({ stage: 'training', done: 0 });
        return new Promise(() => {});
      },
    });
    const { engine, pool, request } = endless;
    const callers = [1, 2, 3].map(() => new AbortController());
    let waiting = 0;
    const onProgress = (): void => void waiting++;
    const asked = callers.map(({ signal }, k) =>
      engine.allocate({ ...request, mandate: { ...request.mandate, horizonDays: k + 1 } }, { signal, onProgress }),
    );
    const settled = Promise.allSettled(asked);
    while (waiting < callers.length) await new Promise(setImmediate);
    for (const caller of callers) {
      expect(pool.aborted).toEqual([]);
      caller.abort();
    }
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(pool.ran).toEqual(['fit']);
    expect(pool.aborted).toEqual(['fit']);
  });

  it('draws anew after a training has replaced the model, and keeps the scenarios of one that has not', async () => {
    const { engine, pool, models, request, writeDays, count } = openFileEngine();
    const before = await engine.allocate(request);
    const again = await engine.train({ ...request, seed: 1 });
    expect(again.unchanged).toBe(true);
    await engine.allocate({ ...request, mandate: withLimit(request.mandate, 0.1) });
    expect(count('simulate')).toBe(1);

    writeDays(560);
    const trained = await engine.train({ ...request, seed: 1 });
    expect(trained).toMatchObject({ unchanged: false, model: { manifest: { trainedUntil: market.dates.at(-1) } } });
    expect((await models.list()).map(({ trainedUntil }) => trainedUntil)).toEqual([market.dates.at(-1)]);
    const after = await engine.allocate(request);
    expect(after.model.trainedUntil).not.toBe(before.model.trainedUntil);
    expect(pool.ran.slice(-3)).toEqual(['fit', 'simulate', 'decide']);

    // The first model comes back: what it had drawn has gone with it.
    writeDays(520);
    await engine.train({ ...request, seed: 1 });
    const back = await engine.allocate(request);
    expect(back.allocation).toEqual(before.allocation);
    expect(pool.ran.slice(-3)).toEqual(['fit', 'simulate', 'decide']);
  });

  it('traces a frontier on the scenarios that an allocation has drawn', async () => {
    const { engine, pool, request } = openFileEngine();
    const { allocation } = await engine.allocate(request);
    const { frontier } = await engine.frontier({ ...request, points: 5 });
    expect(pool.ran.slice(3)).toEqual(['frontier']);
    const { freshCvar: _, standardError: __, ...minimum } = allocation.minimum!;
    expect(frontier.minimum).toEqual(minimum);
    expect(frontier.points).toHaveLength(5);
  });

  const plainOnes = STRATEGIES.filter(({ params }) => params.safeParse({ recipe: 'plain' }).success);

  it.each(plainOnes)('answers a limit that $id cannot keep with what comes nearest', async ({ id }) => {
    const { engine, request } = openFileEngine();
    // Of other recipes, what is least risky where splits are chosen may not be where they are priced.
    const strategy = chooseStrategy(id, { recipe: 'plain' });
    const { allocation } = await engine.allocate({ ...request, strategy, mandate: withLimit(request.mandate, 1e-4) });
    expect(allocation.status).toBe('infeasible');
    expect(allocation.minimum!.cvar).toBeLessThanOrEqual(allocation.portfolio.cvar);
    expect(allocation.outcomes).toHaveLength(200);
  });

  it('refuses what cannot be answered before a model is trained for it', async () => {
    const { engine, request, pool } = openFileEngine();
    const constraints = [atLeast(0.5)];
    const refused = (changed: Partial<typeof request>) => engine.allocate({ ...request, ...changed });
    await expect(refused({ mandate: { ...request.mandate, constraints } })).rejects.toMatchObject({
      name: 'UserError',
      code: 'constraints.min-weight-too-high',
    });
    await expect(refused({ sampling: { scenarios: 100_000_000, seed: 1 } })).rejects.toMatchObject({
      name: 'UserError',
      option: 'scenarios',
    });
    await expect(refused({ strategy: { id: 'none', params: {} } })).rejects.toMatchObject({
      name: 'UserError',
      option: 'strategy',
    });
    expect(pool.ran).toEqual(['check']);
  });

  it('says in one line that a decision has failed, with the fault as its cause', async () => {
    const { engine, request } = openFileEngine();
    const failing = engine.allocate({ ...request, mandate: withLimit(request.mandate, Number.NaN) });
    await expect(failing).rejects.not.toBeInstanceOf(UserError);
    await expect(failing).rejects.toMatchObject({
      message: expect.stringMatching(/^no decision: .+$/),
      cause: { message: expect.stringMatching(/^.+$/), stack: expect.stringMatching(/Error: .+\n +at /) },
    });
  });
});
