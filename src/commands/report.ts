import { randomBytes } from 'node:crypto';
import {
  ApplicationCommandOptionType as OptionType,
  ChannelType,
  InteractionContextType,
  PermissionFlagsBits,
} from 'discord-api-types/v10';
import { answerReport } from '../answers/report.ts';
import type { Report } from '../app.ts';
import { findReport, withOpenReport, withReport, withoutReport } from '../community/reports.ts';
import { UserError } from '../errors.ts';
import { describeWhen, nextRunsAfter } from '../schedule.ts';
import { requireManager } from '../text/managing.ts';
import { OPTIONS, completeUniverse } from '../text/options.ts';
import { describeProgress } from '../text/progress.ts';
import { REPORT_OPTIONS, readReport } from '../text/report-options.ts';
import {
  describeReport,
  listedReports,
  postedReport,
  removedReport,
  scheduledReport,
  type PlannedReport,
} from '../text/report.ts';
import type { Reply } from '../text/reply.ts';
import { completeTimeZone } from '../text/settings.ts';
import type { Command, Context } from './types.ts';
