// Pure: a value ⇄ the text that is stored for it, `{ v: version, value }` in JSON.
import { inspect } from 'node:util';
import { z } from 'zod';

type Decoded<V> =
  { readonly value: V; readonly unreadable?: undefined } | { readonly value?: undefined; readonly unreadable: string };

export interface Codec<V> {
  /**
   * @param where names the value in the error
   * @throws Error when the value is not what the schema says, or would come back from JSON as another
   */
  readonly encode: (value: V, where: string) => string;
  readonly decode: (text: string) => Decoded<V>;
}

/** The step from a version to the next. What it throws makes the value unreadable. */
export type Migrations = Readonly<Record<number, (old: unknown) => unknown>>;

const envelope = z.object({ v: z.number(), value: z.unknown() });

export function codec<V>(schema: z.ZodType<V>, version: number, migrations: Migrations): Codec<V> {
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

const firstIssue = (error: z.ZodError): string => {
  const issue = error.issues[0];
  return issue ? `${issue.path.map(String).join('.') || 'the value'}: ${issue.message}` : error.message;
};

/** @returns undefined when it is no JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A property that is undefined counts as absent; whatever else JSON would change is refused. */
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

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value));
