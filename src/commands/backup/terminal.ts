import { usingFile, writeWhole } from '../../files.ts';
import { encodeBackup } from '../../store/backup.ts';
import { OWNER_ONLY } from '../../store/sqlite-file.ts';
import type { CliCommand } from '../../terminal/terminal-command.ts';
import { JSON_HELP, requiredFlag } from '../../terminal/flags.ts';
import { prepareOutput } from '../../terminal/output.ts';
import { withStore } from '../../terminal/with-store.ts';

export const backupCommand: CliCommand = {
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
