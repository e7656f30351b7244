import { about } from './about.ts';
import { alert } from './alert.ts';
import { allocate } from './allocate.ts';
import { backtest } from './backtest.ts';
import { frontier } from './frontier.ts';
import { help } from './help.ts';
import { privacy } from './privacy.ts';
import { report } from './report.ts';
import { settings } from './settings.ts';
import { status } from './status.ts';
import type { Command } from './types.ts';
import { universe } from './universe.ts';

/** Every command there is, by hand: a command that is not here is not deployed and not answered. */
export const commands: readonly Command<unknown>[] = [
  allocate,
  frontier,
  backtest,
  alert,
  report,
  universe,
  settings,
  status,
  privacy,
  help,
  about,
];
