import type { App } from '../app.ts';
import type { Messenger } from '../messenger.ts';
import type { Reply } from '../reply.ts';

/** Posts to the operators' channel, if one is configured. */
export async function notifyOperators(
  { app, messenger }: { readonly app: Pick<App, 'config' | 'log'>; readonly messenger: Messenger },
  reply: Reply,
  nonce: string,
): Promise<void> {
  const { operatorsChannelId } = app.config;
  if (operatorsChannelId === undefined) return;
  const delivery = await messenger.postToChannel(operatorsChannelId, reply, nonce);
  if (delivery !== 'sent') app.log.error({ delivery }, 'notifying the operators failed');
}

/**
 * @param task its key: `nightly`, `report/GUILD/ID`
 * @param due milliseconds since 1970
 */
export const givenUpReply = (task: string, due: number): Reply => ({
  tone: 'warning',
  title: 'Task given up',
  body: `**${task}**, due at ${utcMinute(due)}, failed or crashed on every attempt. It runs again when it is next due. See the log.`,
});

/** `2026-11-20 23:30 UTC`, for footers, where Discord does not show times in each reader's own zone. */
export const utcMinute = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
