import { readFile } from 'node:fs/promises';
import { UserError } from '../../errors.ts';
import { usingFile, writeWhole } from '../../files.ts';
import { decodeBackup, encodeBackup } from '../../store/backup.ts';
import { OWNER_ONLY } from '../../store/sqlite-file.ts';
import { JSON_HELP, requiredFlag } from '../../terminal/flags.ts';
import { prepareOutput } from '../../terminal/output.ts';
import type { TerminalCommand } from '../../terminal/terminal-command.ts';
import { withStore } from '../../terminal/with-app.ts';

export const backupCommand: TerminalCommand = {
  name: 'backup',
  summary: 'write everything in the store to a file, also while the bot runs',
  help: `backup --out FILE [options]

  --out FILE             where to write; an older file is replaced once the new one is whole
${JSON_HELP}

The file holds all that STORE_URL keeps, as it is at one moment: what servers and members have saved,
prices, the models' index. Only you may read it: keep it as safe as the store. The models themselves lie in MODELS_DIR.`,
  options: { out: { type: 'string' } },
  async run(flags, terminal) {
    const file = requiredFlag(flags, 'out', 'tailcap.backup');
    await prepareOutput(file, 'out');
    const entries = await withStore(terminal, async (store, now) => {
      const all = await store.snapshot();
      await usingFile('write', file, 'out', () => writeWhole(file, [encodeBackup(all, now)], OWNER_ONLY));
      return all.length;
    });
    return {
      json: { status: 'backed-up', file, entries },
      text: `${entries} entries written to ${file}.\n`,
      exitCode: 0,
    };
  },
};

export const restoreCommand: TerminalCommand = {
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
