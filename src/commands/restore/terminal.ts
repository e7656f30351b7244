import { readFile } from 'node:fs/promises';
import { usingFile } from '../../files.ts';
import { UserError } from '../../errors.ts';
import { decodeBackup } from '../../store/backup.ts';
import type { CliCommand } from '../../terminal/terminal-command.ts';
import { JSON_HELP, requiredFlag } from '../../terminal/flags.ts';
import { withStore } from '../../terminal/with-store.ts';

export const restoreCommand: CliCommand = {
  name: 'restore',
  summary: 'fill the store from a file that backup has written',
  help: `restore --from FILE [options]

  --from FILE            a whole file of backup, of this or any other kind of store
  --replace              even if the store holds something: all of it gives way to the file's content
${JSON_HELP}

Everything is put in place at once or not at all. Stop the bot first. What has expired since the backup
stays away.`,
  options: { from: { type: 'string' }, replace: { type: 'boolean' } },
  async run(flags, terminal) {
    const file = requiredFlag(flags, 'from', 'tailcap.backup');
    const replace = flags['replace'] === true;
    const text = await usingFile('read', file, 'from', () => readFile(file, 'utf8'));
    const entries = decodeBackup(text, file);
    const isDone = await withStore(terminal, (store) => store.restore(entries, replace ? 'always' : 'empty'));
    if (!isDone) {
      throw new UserError(
        'The store of STORE_URL is not empty: give the URL of an empty one, or --replace to put the file in the place of all it holds.',
        'replace',
      );
    }
    return {
      json: { status: 'restored', file, entries: entries.length },
      text: `${entries.length} entries restored from ${file}.\n`,
      exitCode: 0,
    };
  },
};
