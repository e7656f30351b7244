import {
  ButtonStyle,
  ComponentType,
  type APIActionRowComponent,
  type APIButtonComponent,
  type ButtonInteraction,
} from 'discord.js';
import type { Logger } from 'pino';
import { tellInPrivate, type Asking } from './answer.ts';
import { mayManage } from './asked.ts';
import { describeError } from './faults.ts';
import { alreadyOver, notYoursToCancel } from './notices.ts';
import { inPrivate, renderReply } from './render.ts';

/** In the place of a command's name in the custom_id: `cancel:<the interaction's id>`. */
export const CANCEL = 'cancel';

/** One answer that is being computed and can be ended by a button. */
export interface Cancellable {
  /** The button, alone in its row. */
  readonly row: APIActionRowComponent<APIButtonComponent>;
  /** Aborts when the button is pressed by somebody who may. */
  readonly signal: AbortSignal;
  /** It is too late from now on. @returns the press that has cancelled it */
  end(): ButtonInteraction | undefined;
  /** The answer is given. */
  close(): void;
}

export interface Cancels {
  open(interaction: Asking): Cancellable;
  /** Answers a press of any cancel button, also of one from before a restart. @returns what became of the press */
  press(press: ButtonInteraction, log: Logger): Promise<'answered' | 'refused'>;
}

interface Run {
  readonly memberId: string;
  readonly abort: AbortController;
  press: ButtonInteraction | undefined;
  isOver: boolean;
}

export function createCancels(): Cancels {
  const runs = new Map<string, Run>();
  return {
    open(interaction) {
      const run: Run = { memberId: interaction.user.id, abort: new AbortController(), press: undefined, isOver: false };
      runs.set(interaction.id, run);
      return {
        row: rowFor(interaction.id),
        signal: run.abort.signal,
        end() {
          run.isOver = true;
          return run.press;
        },
        close: () => void runs.delete(interaction.id),
      };
    },
    async press(press, log) {
      const run = runs.get(press.customId.slice(CANCEL.length + 1));
      if (run === undefined) return takeAway(press);
      if (run.isOver || run.press !== undefined) return decline(press, alreadyOver);
      if (!mayCancel(press, run)) return decline(press, notYoursToCancel);
      run.press = press;
      try {
        await press.deferUpdate();
      } catch (error) {
        log.warn({ error: describeError(error) }, 'the press of a cancel button could not be acknowledged');
      }
      run.abort.abort(new Error('the answer was cancelled'));
      return 'answered';
    },
  };
}

function rowFor(interactionId: string): Cancellable['row'] {
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

function mayCancel(press: ButtonInteraction, { memberId }: Run): boolean {
  return press.user.id === memberId || mayManage(press);
}

async function decline(press: ButtonInteraction, reply: typeof alreadyOver): Promise<'refused'> {
  await tellInPrivate(press, renderReply(reply));
  return 'refused';
}

/** The message may have become the answer meanwhile, whose own buttons must stay. */
async function takeAway(press: ButtonInteraction): Promise<'refused'> {
  await press.deferUpdate();
  const { components } = await press.fetchReply();
  const isStillThere = components.some(
    (row) =>
      row.type === ComponentType.ActionRow &&
      row.components.some((button) => 'customId' in button && button.customId === press.customId),
  );
  if (isStillThere) await press.editReply({ components: [] });
  await press.followUp(inPrivate(renderReply(alreadyOver)));
  return 'refused';
}
