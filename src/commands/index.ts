import { about } from './about.ts';
import { allocate } from './allocate.ts';
import { frontier } from './frontier.ts';
import { help } from './help.ts';
import { settings } from './settings.ts';
import type { Command } from './types.ts';
import { universe } from './universe.ts';

/** Every command there is, by hand: a command that is not here is not deployed and not answered. */
export const commands: readonly Command<unknown>[] = [allocate, frontier, universe, settings, help, about];
