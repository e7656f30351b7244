// A backup file: everything in a store, as a text that shows whether it is complete.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import type { Entry } from './backend.ts';
import { parseJson } from './values.ts';

const FORMAT = 'tailcap-backup';
const VERSION = 1;

const header = z.strictObject({
  format: z.literal(FORMAT),
  version: z.number(),
  at: z.iso.datetime(),
  entries: z.int().nonnegative(),
});
const line = z.strictObject({
  key: z.string().regex(/^(aside:)?[a-z][a-z0-9-]*\//),
  text: z.string(),
  expires: z.int().positive().exactOptional(),
});
const footer = z.strictObject({ sha256: z.string() });

const checksum = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * JSON lines: a header with the number of entries, one line an entry, and a checksum of all lines before it.
 * @param now milliseconds since 1970
 */
export function encodeBackup(entries: readonly Entry[], now: number): string {
  const head = { format: FORMAT, version: VERSION, at: new Date(now).toISOString(), entries: entries.length };
  const lines = entries.map(({ key, text, expires }) => ({ key, text, ...(expires !== undefined && { expires }) }));
  const body = [head, ...lines].map((one) => `${JSON.stringify(one)}\n`).join('');
  return `${body}${JSON.stringify({ sha256: checksum(body) })}\n`;
}

/**
 * @param file names it in the error
 * @throws UserError when the text is not a whole backup of this version
 */
export function decodeBackup(text: string, file: string): readonly Entry[] {
  const refuse = (came: string): UserError =>
    new UserError(`Expected a complete backup file; ${file} ${came}.`, {
      option: 'from',
      code: 'backup.not-whole',
      data: { file },
    });
  const parse = <T>(schema: z.ZodType<T>, written: string, came: string): T => {
    const result = schema.safeParse(parseJson(written));
    if (result.success) return result.data;
    throw refuse(came);
  };
  const [first = '', ...rest] = text.split('\n');
  const { version, entries: count } = parse(header, first, 'does not begin as one');
  if (version !== VERSION) throw refuse(`is of version ${version}, and this program reads version ${VERSION}`);
  const last = rest.at(-2) ?? '';
  const body = text.slice(0, text.length - last.length - 1);
  if (rest.at(-1) !== '' || parse(footer, last, 'is truncated').sha256 !== checksum(body)) {
    throw refuse('has been cut or changed: its checksum differs');
  }
  const entries = rest.slice(0, -2).map((one, i) => parse(line, one, `has no entry in line ${i + 2}`));
  if (entries.length !== count) throw refuse(`promises ${count} entries and holds ${entries.length}`);
  if (new Set(entries.map(({ key }) => key)).size !== count) throw refuse('holds a key twice');
  return entries;
}
