// A backup file: everything in a store, as a text that shows whether it is complete. It may be larger than the memory.
import { createHash, hash } from 'node:crypto';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import type { Entry } from './backend.ts';
import type { Batches } from './store.ts';
import { parseJson } from './values.ts';

const FORMAT = 'tailcap-backup';
const VERSION = 2;
/** Version 1 says in its header how many entries there are, version 2 in its last line. */
const OLDEST_VERSION = 1;

const entriesSchema = z.int().nonnegative().exactOptional();
const headerSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.number(),
  at: z.iso.datetime(),
  entries: entriesSchema,
});
const entrySchema = z.strictObject({
  key: z.string().regex(/^(aside:)?[a-z][a-z0-9-]*\//),
  text: z.string(),
  expires: z.int().positive().exactOptional(),
});
const footerSchema = z.strictObject({ entries: entriesSchema, sha256: z.string() });

/**
 * JSON lines, in pieces: a header, one line an entry, and a line with the number of entries and a checksum of all lines
 * before it.
 * @param now milliseconds since 1970
 */
export async function* encodeBackup(batches: Batches<Entry>, now: number): AsyncGenerator<string> {
  const checksum = createHash('sha256');
  const hashed = (lines: readonly object[]): string => {
    const piece = lines.map((one) => `${JSON.stringify(one)}\n`).join('');
    checksum.update(piece);
    return piece;
  };
  yield hashed([{ format: FORMAT, version: VERSION, at: new Date(now).toISOString() }]);
  let entries = 0;
  for await (const batch of batches) {
    entries += batch.length;
    yield hashed(batch.map(({ key, text, expires }) => ({ key, text, expires })));
  }
  yield `${JSON.stringify({ entries, sha256: checksum.digest('hex') })}\n`;
}

/**
 * The entries of a file, in batches. Only when all have been read is it certain that the file is whole.
 * @param chunks the content of the file
 * @param file names it in the error
 * @throws UserError when it is not a whole backup of a version that this program reads
 */
export async function* decodeBackup(chunks: Chunks, file: string): AsyncGenerator<readonly Entry[]> {
  const reading = new BackupReading(file);
  let last: Buffer | undefined; // a line that is the footer, unless another follows
  for await (const lines of linesOf(chunks)) {
    const before = last === undefined ? lines.slice(0, -1) : [last, ...lines.slice(0, -1)];
    last = lines.at(-1);
    const entries = before.map((line) => reading.take(line)).filter((entry) => entry !== undefined);
    if (entries.length > 0) yield entries;
  }
  reading.end(last);
}

type Chunks = AsyncIterable<Buffer> | Iterable<Buffer>;

/** Checks the lines of a file, one after the other. */
class BackupReading {
  readonly #file: string;
  readonly #hash = createHash('sha256');
  readonly #keys = new DistinctKeys();
  #header: z.infer<typeof headerSchema> | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** @returns undefined for the header */
  take(line: Buffer): Entry | undefined {
    this.#hash.update(line);
    if (this.#header !== undefined) {
      const entry = this.#parse(entrySchema, line, `has no entry in line ${this.#keys.count + 2}`);
      this.#keys.add(entry.key);
      return entry;
    }
    this.#header = this.#parse(headerSchema, line, 'does not begin as one');
    const { version } = this.#header;
    if (version >= OLDEST_VERSION && version <= VERSION) return undefined;
    throw this.#refusal(`is of version ${version}, and this program reads version ${VERSION}`);
  }

  end(line: Buffer | undefined): void {
    if (line === undefined || this.#header === undefined) throw this.#refusal('does not begin as one');
    const footer = this.#parse(footerSchema, line, 'is truncated');
    if (footer.sha256 !== this.#hash.digest('hex')) {
      throw this.#refusal('has been cut or changed: its checksum differs');
    }
    const promised = this.#header.entries ?? footer.entries;
    const { count } = this.#keys;
    if (count !== promised) throw this.#refusal(`promises ${promised} entries and holds ${count}`);
    if (this.#keys.haveRepeats()) throw this.#refusal('holds a key twice');
  }

  #parse<T>(schema: z.ZodType<T>, line: Buffer, came: string): T {
    const result = schema.safeParse(parseJson(line.toString()));
    if (result.success) return result.data;
    throw this.#refusal(came);
  }

  #refusal(came: string): UserError {
    const file = this.#file;
    return new UserError(`Expected a complete backup file; ${file} ${came}.`, {
      option: 'from',
      code: 'backup.not-whole',
      data: { file },
    });
  }
}

/** Remembers 8 bytes of a key, by which two of a million keys are taken for one in 1 of 37 million files. */
class DistinctKeys {
  #hashes = new BigUint64Array(1_024);
  count = 0;

  add(key: string): void {
    if (this.count === this.#hashes.length) {
      const larger = new BigUint64Array(2 * this.count);
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    this.#hashes[this.count] = hash('sha256', key, 'buffer').readBigUInt64LE();
    this.count += 1;
  }

  haveRepeats(): boolean {
    // In place, since it is asked last.
    const sorted = this.#hashes.subarray(0, this.count).sort();
    return sorted.some((one, i) => i > 0 && one === sorted[i - 1]);
  }
}

/** Longer lines cannot be texts in V8. */
const LONGEST_LINE = 2 ** 28; // bytes

/** The lines of a file in batches, with their ends; what does not end in one counts as an empty line. */
async function* linesOf(chunks: Chunks): AsyncGenerator<Buffer[]> {
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const lines: Buffer[] = [];
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const part = chunk.subarray(from, end + 1);
      lines.push(rest.length === 0 ? part : Buffer.concat([...rest, part]));
      rest = [];
      from = end + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
    length = from === 0 ? length + chunk.length : chunk.length - from;
    if (lines.length > 0) yield lines;
    if (length > LONGEST_LINE) break; // it is no backup
  }
  if (length > 0) yield [Buffer.alloc(0)];
}
