import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { weightBounds } from '../records.ts';
import { allocateRequestSchema } from '../../engine-service/requests.ts';
import { DEFAULT_STRATEGY } from '../../engine/strategies/index.ts';
import type { Store } from '../../store/store.ts';
import type { Table } from '../../store/table.ts';

/** An `/allocate` request and whether everyone sees its answer. */
const allocateCommandSchema = z.object({ allocate: allocateRequestSchema, isPublic: z.boolean() });

export type AllocateCommandRequest = Readonly<z.infer<typeof allocateCommandSchema>>;

/** The request behind a button, and the only member who may press it. */
const storedRequestSchema = z.object({ memberId: z.string(), request: allocateCommandSchema });

export type StoredRequest = Readonly<z.infer<typeof storedRequestSchema>>;

const storedRequestV1Schema = z.object({
  memberId: z.string(),
  request: z.object({
    isPublic: z.boolean(),
    show: z.enum(['best', 'minimum']),
    allocate: z.looseObject({
      horizonDays: z.number(),
      lossLimit: z.number(),
      alpha: z.number(),
      minWeight: z.number(),
      maxWeight: z.number(),
      scenarios: z.number(),
      seed: z.number(),
      recipe: z.string(),
    }),
  }),
});

const migrations = {
  1: (old: unknown) => {
    const { memberId, request } = storedRequestV1Schema.parse(old);
    const { horizonDays, lossLimit, alpha, minWeight, maxWeight, scenarios, seed, recipe, ...rest } = request.allocate;
    const isMinimum = request.show === 'minimum';
    const params = { recipe: recipe === 'seed' ? 'plain' : recipe };
    const allocate = {
      ...rest,
      strategy: { id: isMinimum ? 'minimum-cvar' : DEFAULT_STRATEGY.id, params },
      mandate: {
        horizonDays,
        constraints: weightBounds({ minWeight, maxWeight }),
        risk: { alpha, ...(!isMinimum && { limit: lossLimit }) },
      },
      sampling: { scenarios, seed },
    };
    return { memberId, request: { allocate, isPublic: request.isPublic } };
  },
  /** The recipe `filtered` has taken the place of `calibrated`. */
  2: (old: unknown) => {
    const { memberId, request } = storedRequestSchema.parse(old);
    const { strategy } = request.allocate;
    if (strategy.params['recipe'] !== 'calibrated') return { memberId, request };
    const allocate = {
      ...request.allocate,
      strategy: { ...strategy, params: { ...strategy.params, recipe: 'filtered' } },
    };
    return { memberId, request: { ...request, allocate } };
  },
};

export const openRequests = (store: Pick<Store, 'table'>): Table<StoredRequest> =>
  store.table('requests', storedRequestSchema, 3, migrations);

/** Milliseconds for which a button works. */
export const BUTTON_LIFE = 30 * 86_400_000;

/**
 * Saves the request behind a button of /allocate.
 * @param memberId the only one who may press it
 * @returns the button's key
 */
export async function saveRequest(
  requests: Table<StoredRequest>,
  memberId: string,
  request: AllocateCommandRequest,
): Promise<string> {
  const key = randomBytes(9).toString('base64url');
  await requests.set(key, { memberId, request }, BUTTON_LIFE);
  return key;
}
