import { readFile } from 'node:fs/promises';
import { UserError } from '../../errors.ts';
import { OWNER_ONLY, usingFile, writeWhole } from '../../files.ts';
import { decodeBackup, encodeBackup } from '../../store/backup.ts';
import { JSON_HELP, requiredFlag } from '../../terminal/flags.ts';
import { prepareOutput } from '../../terminal/output.ts';
import type { TerminalCommand } from '../../terminal/terminal-command.ts';
import { withStore } from '../../terminal/with-app.ts';

export const backupCommand: TerminalCommand = {
  name: 'backup',
  summary: 'write the whole store to a file, even while the bot runs',
  help: `backup --out FILE [options]

  --out FILE             the file to write; an older one is replaced only when the new one is complete
${JSON_HELP}

The file is a consistent copy of everything in STORE_URL: the data of servers and members, prices, and the
index of models. Only its owner can read it: keep it as safe as the store. The models themselves are in MODELS_DIR.`,
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
  summary: 'fill the store from a backup file',
  help: `restore --from FILE [options]

  --from FILE            a complete backup file, from this or any other kind of store
  --replace              replace the whole content of a store that is not empty
${JSON_HELP}

Either everything is restored or nothing. Stop the bot first. Entries that have expired since the backup
are not restored.`,
  options: { from: { type: 'string' }, replace: { type: 'boolean' } },
  async run(flags, terminal) {
    const file = requiredFlag(flags, 'from', 'tailcap.backup');
    const replace = flags['replace'] === true;
    const text = await usingFile('read', file, 'from', () => readFile(file, 'utf8'));
    const entries = decodeBackup(text, file);
    const isDone = await withStore(terminal, (store) => store.restore(entries, replace ? 'always' : 'empty'));
    if (!isDone) {
      throw new UserError(
        'The store of STORE_URL is not empty: give the URL of an empty one, or --replace to overwrite everything in it.',
        { option: 'replace' },
      );
    }
    return {
      json: { status: 'restored', file, entries: entries.length },
      text: `${entries.length} entries restored from ${file}.\n`,
      exitCode: 0,
    };
  },
};
