// The disk that holds the store and the models is full, and then it is not.
import { MINUTE_MS } from '../../src/durations.ts';
import { textOf } from '../../tests/support/discord/stand-in.ts';
import { chartBody, weekdayBars } from '../../tests/support/vendor.ts';
import type { BotProcess } from '../../tests/support/bot-process.ts';
import type { Figure } from '../figures.ts';
import { isSplit, openStage, stranger, withBotProcess, type Stage } from '../../tests/support/stage.ts';
import { none } from './none.ts';
import { smallDisk, type SmallDisk } from './small-disk.ts';

const SETTINGS_TRIED = 5;
const UNSAVED = /The model could not be saved: there is no room/;
const NAMES_IT = /disk|no (free )?(space|room)/i;

export async function* fullDisk(): AsyncGenerator<Figure> {
  const stage = await openStage();
  try {
    const disk = smallDisk(stage.home, stage.env['MODELS_DIR'] ?? '');
    const env = { ...stage.env, STORE_URL: `sqlite:${disk.path}/tailcap.sqlite`, MODELS_DIR: `${disk.path}/models` };
    for (const ticker of ['AAA', 'BBB'])
      stage.vendor.answer(ticker, [{ body: chartBody(weekdayBars('2024-10-01', 560)) }]);
    yield* await withBotProcess({ ...stage, env }, (bot) => fillAndEmpty(stage, disk, bot), disk.through);
  } finally {
    await stage.close();
  }
}

async function fillAndEmpty({ discord }: Stage, disk: SmallDisk, bot: BotProcess): Promise<Figure[]> {
  const pid = bot.process.pid ?? 0;
  const say = (...[name, options, who]: Parameters<typeof discord.slash>): Promise<string> =>
    discord
      .slash(name, options, who)
      .answer(MINUTE_MS)
      .then(textOf, () => '');
  const question = (loss: string) => say('allocate', { universe: 'sample', loss }, stranger());
  /** Its prices and its model are new: neither can be saved. */
  const newList = (loss: string) => say('allocate', { tickers: 'AAA, BBB', loss }, stranger());
  await say('settings set', { horizon: 10 });
  await say('alert add', { universe: 'sample', loss: '50%' });

  disk.fill(pid);
  const free = [await say('help'), await say('about'), await say('strategies')];
  const split = await question('9%');
  const first = await newList('9%');
  const tried: { readonly horizon: number; readonly text: string }[] = [];
  for (let k = 0; k < SETTINGS_TRIED; k += 1) {
    const horizon = 11 + k;
    tried.push({ horizon, text: await say('settings set', { horizon }) });
  }
  const refused = tried.filter(({ text }) => !isSaved(text));
  const shown = await say('settings show');

  disk.makeRoom(pid);
  const last = tried.findLast(({ text }) => isSaved(text))?.horizon ?? 10;
  const kept = [
    (await say('settings show')).includes(`${last} trading days`),
    (await say('alert list')).includes('50%'),
  ];
  const works = [
    isSaved(await say('settings set', { horizon: 30 })),
    isSplit(await question('10%')),
    isSplit(await newList('10%')),
  ];

  const silent = refused.filter(({ text }) => !NAMES_IT.test(text));
  return [
    none(`${disk.name}: answers that need no write and did not come`, missing([...free.map(isFine), isFine(shown)])),
    none(`${disk.name}: computed answers that did not come`, missing([isSplit(split)]), split),
    none(`${disk.name}: answers over a new list that did not come`, missing([isSplit(first)]), first),
    none(`${disk.name}: of these, without a word on the model`, missing([UNSAVED.test(first)]), first),
    none(`${disk.name}: refusals that do not say so`, silent.length, silent[0]?.text),
    none(`${disk.name}: not logged as such`, /ENOSPC|EFBIG|disk/i.test(bot.log()) ? 0 : 1),
    none(`${disk.name}: what was stored and is lost`, missing(kept)),
    none(`${disk.name}: what does not work when there is room again`, missing(works)),
    none(`${disk.name}: crashes`, bot.process.exitCode === null ? 0 : 1),
  ];
}

const isSaved = (text: string): boolean => /\bhorizon\b/i.test(text) && isFine(text);
const isFine = (text: string): boolean => text !== '' && !/^(No answer|That cannot be answered|Please)/.test(text);
const missing = (list: readonly boolean[]): number => list.filter((one) => !one).length;
