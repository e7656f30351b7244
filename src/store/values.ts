// The text that is stored for a value: `{ v: version, value }` in JSON.
import { inspect } from 'node:util';
import { z } from 'zod';

type Decoded<V> =
  | { readonly value: V; readonly unreadable?: undefined; readonly isNewer?: undefined }
  | {
      readonly value?: undefined;
      /** Why. */
      readonly unreadable: string;
      /** A newer version of this program saved it. */
      readonly isNewer?: boolean;
    };

export interface ValueCodec<V> {
  /**
   * @param where names the value in the error
   * @throws Error when the value does not match the schema, or JSON would change it
   */
  readonly encode: (value: V, where: string) => string;
  readonly decode: (text: string) => Decoded<V>;
}

/** By version, the step to the next one. A value is unreadable when its step throws. */
export type Migrations = Readonly<Record<number, (old: unknown) => unknown>>;

const envelope = z.object({ v: z.number(), value: z.unknown() });

interface CodecOptions {
  readonly version: number;
  readonly migrations: Migrations;
  /** What a newer version saved counts as unreadable. */
  readonly isCache: boolean;
}

export function valueCodec<V>(schema: z.ZodType<V>, { version, migrations, isCache }: CodecOptions): ValueCodec<V> {
  return {
    encode(value, where) {
      const checked = schema.safeParse(value);
      if (!checked.success)
        throw new Error(`${where}: expected a value as its schema says, got ${firstIssue(checked.error)}`);
      assertJson(checked.data, where);
      return JSON.stringify({ v: version, value: checked.data });
    },
    decode(text) {
      const stored = envelope.safeParse(parseJson(text));
      if (!stored.success) return { unreadable: 'expected JSON of the form {"v": …, "value": …}' };
      const { v } = stored.data;
      const isNewer = !isCache && Number.isInteger(v) && v > version;
      if (isNewer) return { unreadable: `expected version ${version}, got ${v}`, isNewer };
      const migrated = migrate(stored.data, version, migrations);
      if (migrated.unreadable !== undefined) return migrated;
      const checked = schema.safeParse(migrated.value);
      return checked.success ? { value: checked.data } : { unreadable: firstIssue(checked.error) };
    },
  };
}

function migrate({ v, value }: z.infer<typeof envelope>, version: number, migrations: Migrations): Decoded<unknown> {
  let current = value;
  for (let from = v; from !== version; from += 1) {
    const step = from < version ? migrations[from] : undefined;
    if (step === undefined) return { unreadable: `expected version ${version}, got ${v}` };
    try {
      current = step(current);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { unreadable: `the step from version ${from} to ${from + 1} failed: ${reason}` };
    }
  }
  return { value: current };
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.map(String).join('.') || 'the value'}: ${issue.message}` : error.message;
}

/** @returns undefined when the text is not JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A property that is undefined counts as absent. @throws Error for anything else that JSON would change */
function assertJson(value: unknown, where: string): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) assertJson(value[i], `${where}.${i}`);
  } else if (isPlain(value)) {
    for (const [name, part] of Object.entries(value)) if (part !== undefined) assertJson(part, `${where}.${name}`);
  } else {
    throw new Error(`${where}: expected what JSON can hold, got ${inspect(value, { depth: 0 })}`);
  }
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value));
}
