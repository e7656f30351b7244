import {
  ButtonStyle,
  ComponentType,
  type APIActionRowComponent,
  type APIButtonComponent,
  type ButtonInteraction,
  type RepliableInteraction,
} from 'discord.js';
import type { Logger } from 'pino';
import type { Reply } from '../reply.ts';
import { describeError } from '../describe-error.ts';
import { canManageGuild } from './permissions.ts';
import { ephemeral, renderReply } from './render.ts';
import { ALREADY_OVER, NOT_YOURS_TO_CANCEL } from './standard-replies.ts';

/** Stands for a command's name in the custom_id: `cancel:<interaction id>`. */
const CANCEL = 'cancel';

export function isCancelButton({ customId }: ButtonInteraction): boolean {
  return customId.startsWith(`${CANCEL}:`);
}

/** The cancel button of one running command. */
export interface Cancellation {
  /** The button, in a row of its own. */
  readonly buttonRow: APIActionRowComponent<APIButtonComponent>;
  /** Aborted when somebody who may cancel presses the button. */
  readonly signal: AbortSignal;
  /** From now on it is too late to cancel. @returns the press that has cancelled the command, if there was one */
  end(): ButtonInteraction | undefined;
  /** Must be called when the reply is sent. */
  close(): void;
}

interface RunningCommand {
  readonly memberId: string;
  readonly abort: AbortController;
  press: ButtonInteraction | undefined;
  isOver: boolean;
}

/** The running commands that can be cancelled, by the id of their interaction. */
export class Cancellations {
  readonly #running = new Map<string, RunningCommand>();

  register({ id, user }: RepliableInteraction): Cancellation {
    const abort = new AbortController();
    const running: RunningCommand = { memberId: user.id, abort, press: undefined, isOver: false };
    this.#running.set(id, running);
    return {
      buttonRow: cancelButton(id),
      signal: abort.signal,
      end() {
        running.isOver = true;
        return running.press;
      },
      close: () => void this.#running.delete(id),
    };
  }

  /** Responds to a press of any cancel button, also of one from before a restart. Logs the outcome; never rejects. */
  async handlePress(press: ButtonInteraction, appLog: Logger): Promise<void> {
    const log = appLog.child({ command: CANCEL, interaction: press.id });
    try {
      log.info({ outcome: await this.#cancel(press, log) }, 'interaction');
    } catch (error) {
      log.warn({ error: describeError(error) }, 'the press of a cancel button could not be answered');
    }
  }

  async #cancel(press: ButtonInteraction, log: Logger): Promise<'answered' | 'refused'> {
    const running = this.#running.get(press.customId.slice(CANCEL.length + 1));
    if (running === undefined) return removeButton(press);
    if (running.isOver || running.press !== undefined) return refuse(press, ALREADY_OVER);
    if (press.user.id !== running.memberId && !canManageGuild(press)) return refuse(press, NOT_YOURS_TO_CANCEL);
    running.press = press;
    try {
      await press.deferUpdate();
    } catch (error) {
      log.warn({ error: describeError(error) }, 'the press of a cancel button could not be acknowledged');
    }
    running.abort.abort(new Error('the answer was cancelled'));
    return 'answered';
  }
}

function cancelButton(interactionId: string): Cancellation['buttonRow'] {
  return {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.Button,
        style: ButtonStyle.Secondary,
        label: 'Cancel',
        custom_id: `${CANCEL}:${interactionId}`,
      },
    ],
  };
}

async function refuse(press: ButtonInteraction, reply: Reply): Promise<'refused'> {
  await press.reply(ephemeral(renderReply(reply)));
  return 'refused';
}

/** For a command that no longer runs. Its message may show the answer by now, whose own buttons must stay. */
async function removeButton(press: ButtonInteraction): Promise<'refused'> {
  await press.deferUpdate();
  const { components } = await press.fetchReply();
  const isStillThere = components.some(
    (row) =>
      row.type === ComponentType.ActionRow &&
      row.components.some((button) => 'customId' in button && button.customId === press.customId),
  );
  if (isStillThere) await press.editReply({ components: [] });
  await press.followUp(ephemeral(renderReply(ALREADY_OVER)));
  return 'refused';
}
