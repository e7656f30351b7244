import { z } from 'zod';
import { UserError } from './errors.ts';

/** What its asker left to a server's settings. Only the words of an answer depend on it. */
export const settingsUsedSchema = z
  .strictObject({
    /** `horizon`, `alpha`, or a kind of constraint. */
    parts: z.array(z.string()).readonly(),
    /** Constraints of the settings, in words, that name what is not among the assets. */
    leftOut: z.array(z.string()).readonly().exactOptional(),
    /** Whether the settings were read when the request was stored, and may have changed since. */
    isEarlier: z.boolean().exactOptional(),
  })
  .readonly();

export type SettingsUsed = z.infer<typeof settingsUsedSchema>;

/** A request, or what is stored of one. Absent: everything was typed or is the bot's default, or is not known. */
interface WithSettings {
  readonly settingsUsed?: SettingsUsed;
}

/** The same for a request that was stored. */
export const asStored = ({ settingsUsed }: WithSettings): WithSettings =>
  settingsUsed === undefined ? {} : { settingsUsed: { ...settingsUsed, isEarlier: true } };

/** An error about constraints that contradict each other with what its asker left to the settings; others as they are. */
export function tellSettings(error: unknown, { settingsUsed }: WithSettings): unknown {
  if (settingsUsed === undefined || !(error instanceof UserError) || !('conflicts' in (error.data ?? {}))) return error;
  const { message, option, code, data } = error;
  return new UserError(message, { option, code, data: { ...data, settingsUsed }, cause: error });
}
