import type { Alert } from '../../commands/alert/record.ts';
import type { RunContext } from '../job.ts';

/** Numbers are used again. */
const isSame = (one: Alert, other: Alert): boolean => one.id === other.id && one.createdAt === other.createdAt;

/** @returns undefined when its member has removed it since the run began */
export async function savedAlert(memberId: string, alert: Alert, { app }: RunContext): Promise<Alert | undefined> {
  return (await app.members.get(memberId)).alerts.find((one) => isSame(one, alert));
}

/** Changes only this alert. One that the member has removed, or deleted with all their data, stays removed. */
export async function saveAlert(memberId: string, alert: Alert, { app }: RunContext): Promise<void> {
  await app.members.amend(memberId, (old) => ({
    ...old,
    alerts: old.alerts.map((one) => (isSame(one, alert) ? alert : one)),
  }));
}

export const serverOf = ({ guildId }: Alert, { messenger }: RunContext): string | undefined =>
  guildId === undefined ? undefined : messenger.guildName(guildId);
