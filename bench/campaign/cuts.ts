// The gateway's connection is cut in every way while members wait for answers.
import type { Cut, Discord, SentInteraction } from '../../tests/support/discord/stand-in.ts';
import { type Figure, figure } from '../figures.ts';
import { answered, isSplit, openStage, stranger } from '../../tests/support/stage.ts';
import { none } from './none.ts';
import { startPersistentBot, type PersistentBot } from './persistent-bot.ts';

/** After these a session goes on. A question that is asked meanwhile comes to the bot when it has resumed. */
const RESUMABLE: readonly Cut[] = [4000, 1001, 'torn', 4001, 'reconnect', 4009, 'invalid, resumable', 4002];
/** The bot finds out only when its heartbeat is not answered. */
const SILENT: Cut = 'silent';
/** After the last of these it must log in anew, at most once in five seconds. */
const ANEW: readonly (readonly [Cut, ...Cut[]])[] = [['silent', 'invalid'], [4007], ['torn', 'invalid']];

/** Of ten cuts, eight can be resumed from. */
const ROUNDS = 5;
const HEARTBEAT_MS = 500;
const BACK_WITHIN_MS = 20_000;

export async function* cuts(): AsyncGenerator<Figure> {
  const stage = await openStage({ heartbeatMs: HEARTBEAT_MS });
  const bot = await startPersistentBot(stage);
  try {
    yield* await cutAll(stage.discord, bot);
  } finally {
    await bot.stop();
    await stage.close();
  }
}

async function cutAll(discord: Discord, bot: PersistentBot): Promise<Figure[]> {
  const questions: SentInteraction[] = [ask(discord, 0)];
  await questions[0]?.answer(BACK_WITHIN_MS);
  const [lost, relogged]: [string[], string[]] = [[], []];
  const seconds: number[] = [];
  for (const [how, ...next] of plan()) {
    const before = { ...discord.counts, deaths: bot.deaths() };
    const canResume = next.length === 0 && RESUMABLE.includes(how);
    const name = [how, ...next].join(', then ');
    questions.push(ask(discord, questions.length));
    const started = performance.now();
    discord.breakConnection(how);
    if (canResume) questions.push(ask(discord, questions.length));
    await isBackAfter(discord, before.identified + before.resumed).catch(() => lost.push(name));
    for (const one of next) {
      const logins = discord.counts.identified + discord.counts.resumed;
      questions.push(ask(discord, questions.length));
      discord.breakConnection(one);
      await isBackAfter(discord, logins).catch(() => lost.push(name));
    }
    seconds.push((performance.now() - started) / 1000);
    await bot.isUp(name);
    if (canResume && discord.counts.identified > before.identified && bot.deaths() === before.deaths) {
      relogged.push(name);
    }
  }
  const answers = await Promise.all(questions.map((one) => answered(one).catch(() => ({ text: '' }))));
  return [
    none('cuts: crashes', bot.deaths(), bot.blamed().join(', ')),
    none('cuts: questions without an answer', answers.filter(({ text }) => !isSplit(text)).length),
    none('cuts: not connected again', lost.length, lost.join(', ')),
    none('cuts: logged in anew where a resume was possible', relogged.length, relogged.join(', ')),
    figure('cuts: connected again, slowest', Math.max(...seconds), 's'),
  ];
}

/** @param logins so many there were, resumes among them */
function isBackAfter(discord: Discord, logins: number): Promise<true> {
  const { counts } = discord;
  return discord.until(
    () => (counts.identified + counts.resumed > logins ? true : undefined),
    'the bot',
    BACK_WITHIN_MS,
  );
}

const plan = (): (readonly [Cut, ...Cut[]])[] =>
  Array.from({ length: ROUNDS }, (_, round) => [
    ...[...RESUMABLE, SILENT].map((how) => [how] as const),
    ANEW[round % ANEW.length] ?? ([SILENT] as const),
  ]).flat();

/** Questions differ, so that none is answered together with another. */
const ask = (discord: Discord, k: number): SentInteraction =>
  discord.slash('allocate', { universe: 'sample', loss: `${5 + k / 10}%` }, stranger());
