import { about } from './about/slash.ts';
import { alert } from './alert/slash.ts';
import { allocate } from './allocate/slash.ts';
import { backtest } from './backtest/slash.ts';
import { compare } from './compare/slash.ts';
import { frontier } from './frontier/slash.ts';
import { help } from './help/slash.ts';
import { holdings } from './holdings/slash.ts';
import { privacy } from './privacy/slash.ts';
import { record } from './record/slash.ts';
import { report } from './report/slash.ts';
import { risk } from './risk/slash.ts';
import { settings } from './settings/slash.ts';
import { status } from './status/slash.ts';
import type { SlashCommand } from './slash-command.ts';
import { strategies } from './strategies/slash.ts';
import { universe } from './universe/slash.ts';

/** Every slash command. One that is missing here is neither deployed nor answered. */
export const commands: readonly SlashCommand<unknown>[] = [
  allocate,
  frontier,
  risk,
  backtest,
  compare,
  record,
  strategies,
  holdings,
  alert,
  report,
  universe,
  settings,
  status,
  privacy,
  help,
  about,
];
