// Pure: under which keys the scheduler marks what it has run, for those who run it and those who tell of it.

export const NIGHTLY = 'nightly';

export const reportKey = (guildId: string, reportId: string): string => `report/${guildId}/${reportId}`;
