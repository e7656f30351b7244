import { createReadStream } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import { CsvError, parse } from 'csv-parse/sync';
import { errorCode, UserError } from './errors.ts';

const EVERYBODY = 0o666;
/** The file mode of stored data: other users of the machine must not read what members have saved. */
export const OWNER_ONLY = 0o600;

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: 'it is a directory',
  ENOTDIR: 'part of the path is not a directory',
  EEXIST: 'part of the path is not a directory',
  EACCES: 'access was denied',
  EPERM: 'access was denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full for this account',
};

/** @throws UserError when the file is missing, a directory, or not accessible; other errors of the work unchanged */
export async function usingFile<T>(
  verb: 'read' | 'write',
  file: string,
  option: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = errorCode(error) ?? '';
    const reason = code === 'ENOENT' ? `there is no such ${verb === 'read' ? 'file' : 'directory'}` : REASONS[code];
    if (reason === undefined) throw error;
    throw new UserError(`Cannot ${verb} ${file}: ${reason}.`, {
      option,
      code: `files.cannot-${verb}`,
      data: { file, reason },
      cause: error,
    });
  }
}

/** A record of a CSV file, and the line on which it ends. */
export interface CsvRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * Records may have any length. Blank lines and a byte order mark are skipped.
 * @throws UserError when the text is not CSV
 */
export function parseRows(text: string, where: string, option: string, delimiter = ','): CsvRow[] {
  const lines: number[] = [];
  const on_record = (record: string[], context: { lines: number }): string[] => {
    lines.push(context.lines);
    return record;
  };
  try {
    const records = parse(text, {
      delimiter,
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      on_record,
    });
    return records.map((cells, i) => ({ cells, line: lines[i]! }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError(`${where} is not readable as CSV: ${error.message}.`, {
      option,
      code: 'files.not-csv',
      data: { where, reason: error.message },
      cause: error,
    });
  }
}

/** Quotes a name for a CSV file if it needs quotes. */
export const quotedIfNeeded = (name: string): string =>
  /[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;

/** For UTF-8 or, where the text begins with its byte order mark, UTF-16. */
export function decoderOf([first, second]: Uint8Array): TextDecoder {
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le');
  return new TextDecoder(first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8');
}

/** The lines of a text file in batches, without line ends and a byte order mark. */
export async function* lineBatches(file: string): AsyncGenerator<string[]> {
  let decoder: TextDecoder | undefined;
  let rest = '';
  const chunks: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: 1 << 20 });
  for await (const chunk of chunks) {
    decoder ??= decoderOf(chunk);
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop()!;
    yield lines.map(withoutReturn);
  }
  rest += decoder?.decode() ?? '';
  if (rest !== '') yield [withoutReturn(rest)];
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

/**
 * Replaces the content of a file, all or nothing: a crash leaves the old file intact.
 * @param mode of the new file, less the umask
 */
export async function writeWhole(
  file: string,
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  mode: number = EVERYBODY,
): Promise<void> {
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(unfinished, pieces, { flush: true, mode });
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
