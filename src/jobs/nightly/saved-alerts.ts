import type { Alert } from '../../commands/alert/record.ts';
import type { RunContext } from '../job.ts';

/** @returns undefined when its member has removed it since the run began */
export async function savedAlert(memberId: string, id: string, { app }: RunContext): Promise<Alert | undefined> {
  return (await app.members.get(memberId)).alerts.find((one) => one.id === id);
}

/** Changes only this alert. One that the member has removed, or deleted with all their data, stays removed. */
export async function saveAlert(memberId: string, alert: Alert, { app }: RunContext): Promise<void> {
  await app.members.amend(memberId, (old) => ({
    ...old,
    alerts: old.alerts.map((one) => (one.id === alert.id ? alert : one)),
  }));
}

export const serverOf = ({ guildId }: Alert, { messenger }: RunContext): string | undefined =>
  guildId === undefined ? undefined : messenger.guildName(guildId);
