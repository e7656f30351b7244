import type { GuildView } from '../guilds.ts';
import { age, plural } from '../../format.ts';
import type { Reply } from '../../reply.ts';

type Universe = GuildView['universes'][number];

/** What is said of prices that a universe has been checked with. */
interface Described {
  readonly source: string;
  readonly from: string;
  readonly until: string;
  readonly days: number;
  readonly tickers: readonly { readonly currency?: string }[];
  readonly flaws: readonly string[];
}

/** A report that uses a universe. */
interface User {
  readonly id: string;
  readonly what: string;
  readonly channelId: string;
}

export function universesReply({ universes, settings }: GuildView): Reply {
  const lines = universes.map(({ name, title }) => {
    const mark = name === settings.universe ? ', taken where none is named' : '';
    return `**${name}**: ${title}${mark}`;
  });
  return {
    tone: 'info',
    title: 'Universes',
    body: lines.join('\n'),
    footer: 'Those who manage this server can make more: /universe create. What one holds: /universe show.',
  };
}

/** @param made by whom and when (ISO instant), of a server's own */
export function universeReply(
  { name, title, tickers }: Universe,
  made?: { readonly createdBy?: string; readonly createdAt: string },
): Reply {
  const by = made?.createdBy === undefined ? '' : ` by <@${made.createdBy}>`;
  return {
    tone: 'info',
    title: name,
    body: `${title}\n\n${tickers.join(', ')}`,
    ...(made && { fields: [{ name: 'Created', value: `${made.createdAt.slice(0, 10)}${by}` }] }),
  };
}

/**
 * After a universe was created or tickers were added: what questions about it will stand on.
 * @param done what was, as a sentence
 * @param now milliseconds since 1970: the age of the prices is told by it
 */
export function savedReply(
  { name, tickers }: Pick<Universe, 'name' | 'tickers'>,
  done: string,
  described: Described,
  now: number,
): Reply {
  const { source, from, until, days, flaws } = described;
  const currency = described.tickers[0]?.currency;
  const money = currency === undefined ? `in a currency that ${source} does not name` : `in ${currency}`;
  return {
    tone: flaws.length > 0 ? 'warning' : 'info',
    title: name,
    body: `${done}\n\n${tickers.join(', ')}`,
    fields: [
      {
        name: 'Prices',
        value: `${plural(days, 'common day')} from ${from} to ${until} (${age(until, now)}), ${money}.`,
      },
      ...(flaws.length > 0 ? [{ name: 'To know', value: flaws.join(' ') }] : []),
    ],
    footer: `Everybody here can name it: /allocate universe:${name}`,
  };
}

export const removedReply = (name: string, tickers: readonly string[], left: readonly string[]): Reply => ({
  tone: 'info',
  title: name,
  body: `Removed ${tickers.join(', ')}. It holds ${plural(left.length, 'asset')} now:\n\n${left.join(', ')}`,
});

/** @param wasDefault it was the server's default universe, which is unset with it */
export function deletedReply(name: string, users: readonly User[], wasDefault: boolean): Reply {
  const named = users.map(({ id, what, channelId }) => `\`${id}\` (${what} in <#${channelId}>)`);
  const use = users.length === 1 ? 'One report uses it and says' : `${users.length} reports use it and say`;
  const lines = [
    `The universe ${name} is deleted.`,
    ...(wasDefault ? ["It was this server's default, which is unset now."] : []),
    ...(users.length > 0 ? [`${use} so when due, until removed by /report remove: ${named.join(', ')}.`] : []),
    'Alerts that members may have on it have nothing to look at any more.',
  ];
  return { tone: users.length > 0 ? 'warning' : 'info', title: name, body: lines.join('\n') };
}
