import { randomBytes, randomInt } from 'node:crypto';
import { z } from 'zod';
import { DAY_MS } from '../../durations.ts';
import { unlessNewer } from '../../newer.ts';
import { weightBounds } from '../records.ts';
import { allocateRequestSchema } from '../../engine-service/requests.ts';
import { DEFAULT_STRATEGY } from '../../engine/strategies/index.ts';
import { chooseTickers } from '../../prices/universes.ts';
import type { Store } from '../../store/store.ts';
import type { Table } from '../../store/table.ts';

/** An `/allocate` request and whether everyone sees its answer. */
const allocateCommandSchema = z.object({
  allocate: allocateRequestSchema,
  isPublic: z.boolean(),
  /** The parts of the request that are what the member has saved: read anew for each answer, and not stored. */
  fromSaved: z
    .array(z.enum(['held', 'universe']))
    .readonly()
    .exactOptional(),
});

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
  /** More kinds of constraint, views and holdings are new: earlier programs would answer without them. */
  3: (old: unknown) => old,
  /** What is saved as held is read anew: earlier programs would answer without it. */
  4: (old: unknown) => old,
};

function withoutSaved(request: AllocateCommandRequest): AllocateCommandRequest {
  const { fromSaved = [] } = request;
  const { held, universe, ...rest } = request.allocate;
  return {
    ...request,
    allocate: {
      ...rest,
      universe: fromSaved.includes('universe') ? chooseTickers([]) : universe,
      ...(held && !fromSaved.includes('held') && { held }),
    },
  };
}

/** Milliseconds for which a button works. */
export const BUTTON_LIFE = 30 * DAY_MS;

/** Buttons of one member that are kept; the oldest go first. */
const MOST_BUTTONS = 500;

/** One save in so many counts a member's buttons, because on Redis that is a walk through all keys. */
const COUNTED_EVERY = 50;

interface RequestsOptions {
  /** Buttons that are kept of one member, and up to a few times `countedEvery` until they are counted. */
  readonly most?: number;
  /** Saves, on average: chance holds across restarts and processes, where a count would begin anew. */
  readonly countedEvery?: number;
}

export const openRequests = (
  store: Pick<Store, 'table'>,
  { most = MOST_BUTTONS, countedEvery = COUNTED_EVERY }: RequestsOptions = {},
): Requests =>
  new Requests({
    buttons: store.table('buttons', storedRequestSchema, 5, migrations),
    older: store.table('requests', storedRequestSchema, 5, migrations),
    most,
    countedEvery,
  });

export interface StoredButton {
  readonly key: string;
  readonly request: AllocateCommandRequest;
}

interface UnreadableButton {
  readonly key: string;
  /** As it is stored. */
  readonly text: string;
}

interface ButtonsOfMember {
  readonly buttons: readonly StoredButton[];
  readonly unreadable: readonly UnreadableButton[];
}

interface RequestTables {
  /** Keys are `<member's id>/<chance>`. */
  readonly buttons: Table<StoredRequest>;
  /** Of earlier versions, under chance alone: nothing is added, and what is there expires. */
  readonly older: Table<StoredRequest>;
  readonly most: number;
  readonly countedEvery: number;
}

/** The requests behind the buttons under answers of /allocate, by the button's key. */
export class Requests {
  readonly #buttons: Table<StoredRequest>;
  readonly #older: Table<StoredRequest>;
  readonly #most: number;
  readonly #countedEvery: number;

  constructor({ buttons, older, most, countedEvery }: RequestTables) {
    this.#buttons = buttons;
    this.#older = older;
    this.#most = most;
    this.#countedEvery = countedEvery;
  }

  get(key: string): Promise<StoredRequest | undefined> {
    return this.#tableOf(key).get(key);
  }

  /** Ascending. */
  async keys(): Promise<string[]> {
    return [...(await this.#buttons.keys()), ...(await this.#older.keys())].sort();
  }

  /** @returns the button's key */
  async save(memberId: string, request: AllocateCommandRequest): Promise<string> {
    const key = `${memberId}/${randomBytes(9).toString('base64url')}`;
    await this.#buttons.set(key, { memberId, request: withoutSaved(request) }, BUTTON_LIFE);
    // The button is saved, whatever comes of those before it.
    if (randomInt(this.#countedEvery) === 0) await this.#removeOldest(memberId).catch(() => undefined);
    return key;
  }

  async #removeOldest(memberId: string): Promise<void> {
    const oldestFirst = await this.#buttons.keysByExpiry(`${memberId}/`);
    for (const old of oldestFirst.slice(0, -this.#most)) await unlessNewer(this.#buttons.delete(old));
  }

  /** What is stored of a member; of earlier versions' unreadable texts those that contain their id. */
  async of(memberId: string): Promise<ButtonsOfMember> {
    const buttons: StoredButton[] = [];
    const newer: string[] = [];
    for (const key of await this.#keysOf(memberId)) {
      const stored = await unlessNewer(this.get(key), () => newer.push(key));
      if (stored?.memberId === memberId) buttons.push({ key, request: stored.request });
    }
    // Last, because the reads above set unreadable ones aside.
    const aside = [...(await this.#buttons.asideKeys(`${memberId}/`)), ...(await this.#older.asideKeys())];
    const unreadable: UnreadableButton[] = [];
    for (const key of new Set([...newer, ...aside])) {
      const texts = await this.#tableOf(key).aside(key);
      for (const text of texts) if (isNew(key) || text.includes(`"${memberId}"`)) unreadable.push({ key, text });
    }
    return { buttons, unreadable };
  }

  async forget(memberId: string): Promise<void> {
    const { buttons, unreadable } = await this.of(memberId);
    for (const { key } of buttons) await this.#tableOf(key).delete(key);
    for (const { key } of unreadable) await this.#tableOf(key).forget(key);
  }

  #tableOf(key: string): Table<StoredRequest> {
    return isNew(key) ? this.#buttons : this.#older;
  }

  async #keysOf(memberId: string): Promise<readonly string[]> {
    return [...(await this.#buttons.keys(`${memberId}/`)), ...(await this.#older.keysWith(`"${memberId}"`))];
  }
}

const isNew = (key: string): boolean => key.includes('/');

/** Whether `saveRequest` can have made it, in this version or an earlier one: the store is asked for no other. */
export const isButtonKey = (key: string): boolean => /^(\d{1,20}\/)?[\w-]{12}$/.test(key);

/**
 * Saves the request behind a button of /allocate.
 * @param memberId the only one who may press it
 * @returns the button's key
 */
export const saveRequest = (requests: Requests, memberId: string, request: AllocateCommandRequest): Promise<string> =>
  requests.save(memberId, request);
