import { createReadStream } from 'node:fs';
import { UserError } from '../../errors.ts';
import { OWNER_ONLY, usingFile, writeWhole } from '../../files.ts';
import { isPendingAnswer } from '../../pending-answers.ts';
import type { Entry } from '../../store/backend.ts';
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
    let entries = 0;
    await withStore(terminal, async (store, now) => {
      const pieces = encodeBackup(
        lasting(store.snapshot(), (count) => (entries += count)),
        now,
      );
      await usingFile('write', file, 'out', () => writeWhole(file, pieces, OWNER_ONLY));
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
    let entries = 0;
    // Read twice, so that nothing is opened or sent for a file that is not whole.
    await usingFile('read', file, 'from', async () => {
      for await (const batch of readBackup(file)) entries += batch.length;
    });
    const isDone = await withStore(terminal, (store) => store.restore(readBackup(file), replace ? 'always' : 'empty'));
    if (!isDone) {
      throw new UserError(
        'The store of STORE_URL is not empty: give the URL of an empty one, or --replace to overwrite everything in it.',
        { option: 'replace' },
      );
    }
    return {
      json: { status: 'restored', file, entries },
      text: `${entries} entries restored from ${file}.\n`,
      exitCode: 0,
    };
  },
};

const readBackup = (file: string) => decodeBackup(createReadStream(file, { highWaterMark: 1 << 16 }), file);

/** Without the answers that are being made: they hold tokens, and whoever restored them would apologise for them. */
async function* lasting(
  batches: AsyncIterable<readonly Entry[]>,
  count: (more: number) => void,
): AsyncGenerator<readonly Entry[]> {
  for await (const batch of batches) {
    const entries = batch.filter(({ key }) => !isPendingAnswer(key));
    count(entries.length);
    yield entries;
  }
}
