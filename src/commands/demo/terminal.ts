import { allocate } from '../allocate/slash.ts';
import type { Messenger } from '../../messenger.ts';
import { replyToText, prepareOutput, writePicture } from '../../terminal/output.ts';
import type { TerminalCommand } from '../../terminal/terminal-command.ts';
import { withApp } from '../../terminal/with-app.ts';

const OPTIONS = { horizon: 21, loss: '8%', alpha: '95%', universe: 'sample' } as const;
const PICTURE = 'out/demo.png';

/** A terminal has no channels and no members. */
const NOBODY: Messenger = {
  postToChannel: async () => 'refused',
  sendDirectMessage: async () => 'refused',
  isInGuild: () => false,
  missingPermissions: async () => 'a channel',
  guildName: () => undefined,
};

/** Runs the slash command itself on the bundled synthetic market. */
export const demoCommand: TerminalCommand = {
  name: 'demo',
  summary: 'run /allocate on the bundled synthetic market, without network',
  help: `demo

Runs /allocate on the sample market with the shipped model and prints the answer as Discord would
show it. The picture is written to ${PICTURE}.`,
  options: {},
  // Ignores .env: no network, and the model as shipped.
  run: (_flags, terminal) =>
    withApp({ ...terminal, env: { STORE_URL: 'sqlite:./out/demo.sqlite' } }, async (app) => {
      const commandLine = `/allocate ${Object.entries(OPTIONS)
        .map(([name, value]) => `${name}:${value}`)
        .join(' ')}`;
      const here = { app, memberId: 'terminal', guild: await app.guilds.view(undefined), mayManage: false };
      const reply = await allocate.run(allocate.parse(OPTIONS, here), {
        ...here,
        messenger: NOBODY,
        progress: terminal.progress,
        amend() {},
        signal: new AbortController().signal,
      });
      const [image] = reply.images ?? [];
      if (image) {
        await prepareOutput(PICTURE, 'chart');
        await writePicture(PICTURE, image.png);
      }
      const drawn = image ? `\nChart: ${PICTURE}\n` : '';
      return {
        json: { asked: commandLine, reply: replyToText(reply) },
        text: `${commandLine}\n\n${replyToText(reply)}${drawn}`,
        exitCode: 0,
      };
    }),
};
