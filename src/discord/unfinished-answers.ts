// Answers that are being made are written down, and apologised for by whoever finds that their process has died.
import type { RepliableInteraction } from 'discord.js';
import type { App } from '../app.ts';
import { withTimeout } from '../async.ts';
import { believed } from '../believed.ts';
import { describeError } from '../describe-error.ts';
import { DAY_MS, MINUTE_MS } from '../durations.ts';
import { isoInstant } from '../job-runs.ts';
import { unlessNewer } from '../newer.ts';
import { interactionOf, pendingKey, type PendingAnswer } from '../pending-answers.ts';
import { apologise, type ApologyOptions } from './apologies.ts';

/** Most answers that take little work are there before, and are never written down. */
const SOON_MS = 200;

/** The store is not waited for longer than this. */
const PATIENCE_MS = 1_000;

/** Without a renewal for so long, the process counts as dead. */
const LEASE_MS = 30_000;
const BEAT_MS = 10_000;
const CLOCKS_DIFFER_MS = MINUTE_MS;
const SWEEP_MS = 300_000;

/** Later, nobody waits for an apology. */
const LIFE_MS = DAY_MS;

/** One answer that is being made. */
export interface Unfinished {
  /** Resolves when the answer is written down, or the store does not take it in time. Nothing is shown before. */
  saved(): Promise<void>;
  /** @param isDelivered whether the member has an answer; otherwise the next look at what is left apologises */
  end(isDelivered: boolean): Promise<void>;
}

interface TrackOptions extends Pick<PendingAnswer, 'command' | 'isPublic'> {
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly isExpensive: boolean;
}

interface UnfinishedOptions extends ApologyOptions {
  readonly app: Pick<App, 'pendingAnswers' | 'clock' | 'log'>;
}

export class UnfinishedAnswers {
  readonly #options: UnfinishedOptions;
  /** What this process makes, or could not remove. */
  readonly #own = new Set<string>();
  readonly #toRemove = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  /** By a clock that nobody sets, in milliseconds. */
  #nextSweep = 0;

  constructor(options: UnfinishedOptions) {
    this.#options = options;
  }

  /** Looks at once for what dead processes have left, and then every now and then. */
  start(): void {
    this.#timer = setInterval(() => void this.#beat(), BEAT_MS).unref();
    void this.#beat();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Must come after the acknowledgement, which waits for nothing. Writes at once what will probably take long. */
  track(interaction: RepliableInteraction, about: TrackOptions): Unfinished {
    const { id, user, channelId, applicationId, token } = interaction;
    const key = pendingKey(user.id, id);
    let saving: Promise<void> | undefined;
    const save = (): Promise<void> => {
      const { command, isPublic, receivedAt } = about;
      const where = channelId === null ? {} : { channelId };
      const lease = { receivedAt: isoInstant(receivedAt), until: this.#leaseEnd() };
      this.#own.add(key);
      return (saving ??= this.#try(() =>
        this.#table.set(
          key,
          { memberId: user.id, ...where, applicationId, token, command, isPublic, ...lease },
          LIFE_MS,
        ),
      ));
    };
    const saved = (): Promise<void> => withTimeout(PATIENCE_MS, save(), () => undefined);
    const timer = about.isExpensive ? undefined : setTimeout(() => void save(), SOON_MS).unref();
    if (about.isExpensive) void save();
    return {
      saved,
      end: async (isDelivered) => {
        clearTimeout(timer);
        if (!isDelivered) await saved();
        if (saving === undefined) return;
        if (isDelivered) this.#toRemove.add(key);
        else this.#own.delete(key);
        await withTimeout(
          PATIENCE_MS,
          saving.then(() => (isDelivered ? this.#remove(key) : this.#release(key))),
          () => undefined,
        );
      },
    };
  }

  get #table(): App['pendingAnswers'] {
    return this.#options.app.pendingAnswers;
  }

  #leaseEnd(): string {
    return isoInstant(this.#options.app.clock.now() + LEASE_MS);
  }

  /** What a clock that was moved has dated far ahead counts as over, too. Those of two machines differ a little. */
  #isAlive({ until }: PendingAnswer): boolean {
    const now = this.#options.app.clock.now();
    return (believed(until, now, LEASE_MS + CLOCKS_DIFFER_MS) ?? now) > now;
  }

  /** No answer depends on what is written down here. */
  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.app.log.warn({ error: describeError(error) }, 'what is being answered could not be written down');
    }
  }

  async #remove(key: string): Promise<void> {
    await this.#try(async () => {
      await this.#table.delete(key);
      this.#toRemove.delete(key);
      this.#own.delete(key);
    });
  }

  async #release(key: string): Promise<void> {
    this.#nextSweep = 0;
    await this.#try(() => this.#renew(key, isoInstant(this.#options.app.clock.now())));
  }

  /** Of one that its member has deleted, nothing comes back. */
  #renew = (key: string, until: string): Promise<unknown> => this.#table.update(key, (old) => old && { ...old, until });

  async #beat(): Promise<void> {
    for (const key of this.#toRemove) await this.#remove(key);
    for (const key of this.#own) await this.#try(() => this.#renew(key, this.#leaseEnd()));
    const now = performance.now();
    if (now < this.#nextSweep) return;
    this.#nextSweep = now + SWEEP_MS;
    await this.#try(() => this.#sweep());
  }

  async #sweep(): Promise<void> {
    for (const key of await this.#table.keys()) {
      if (this.#own.has(key)) continue;
      // One of a newer version of this program is for its own bot.
      const pending = await unlessNewer(this.#table.get(key));
      // It ends, or its process dies, before the next sweep would come.
      if (pending !== undefined) this.#nextSweep = 0;
      const claimed = pending && !this.#isAlive(pending) ? await this.#claim(key) : undefined;
      if (claimed !== undefined && (await apologise(interactionOf(key), claimed, this.#options)))
        await this.#remove(key);
    }
  }

  /** Only one process apologises. */
  async #claim(key: string): Promise<PendingAnswer | undefined> {
    let claimed: PendingAnswer | undefined;
    await this.#table.update(key, (old) => {
      claimed = old && !this.#isAlive(old) ? old : undefined;
      return claimed === undefined ? old : { ...claimed, until: this.#leaseEnd() };
    });
    return claimed;
  }
}
