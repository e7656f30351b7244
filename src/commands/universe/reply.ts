import { age, plural } from '../../format.ts';
import { escaped, escapedName } from '../../names.ts';
import type { Universe } from '../../prices/universes.ts';
import type { Reply } from '../../reply.ts';
import { wordError } from '../error-words.ts';
import type { GuildView } from '../guilds.ts';
import type { Report } from '../report/record.ts';
import type { SavedUniverse } from './editor.ts';

const listed = (tickers: readonly string[]): string => tickers.map(escapedName).join(', ');

export function universesReply({ universes, settings }: GuildView): Reply {
  const lines = universes.map(({ name, title }) => {
    const mark = name === settings.universe ? ' (default)' : '';
    return `**${escapedName(name)}**: ${title}${mark}`;
  });
  return {
    tone: 'info',
    title: 'Universes',
    body: lines.join('\n'),
    footer: 'Members who manage this server can add more: /universe create. To see the assets of one: /universe show.',
  };
}

/** `tech: NVDA, AAPL` for each. */
const groupLines = ({ groups = [] }: Pick<Universe, 'groups'>): string[] =>
  groups.map(({ name, tickers }) => `**${escapedName(name)}**: ${listed(tickers)}`);

export const groupsReply = (universe: Pick<Universe, 'name' | 'groups'>): Reply => ({
  tone: 'info',
  title: escapedName(universe.name),
  body: universe.groups ? ['Constraints may name:', '', ...groupLines(universe)].join('\n') : 'It has no groups.',
});

/** @param made who created a server's universe, and when (ISO instant) */
export function universeReply(
  { name, title, tickers, ...rest }: Universe,
  made?: { readonly createdBy?: string; readonly createdAt: string },
): Reply {
  const by = made?.createdBy === undefined ? '' : ` by <@${made.createdBy}>`;
  return {
    tone: 'info',
    title: escapedName(name),
    body: [title, '', listed(tickers), ...groupLines(rest)].join('\n'),
    ...(made && { fields: [{ name: 'Created', value: `${made.createdAt.slice(0, 10)}${by}` }] }),
  };
}

/**
 * For a universe that was created or extended.
 * @param done what was done, as a sentence
 * @param now milliseconds since 1970, for the age of the prices
 */
export function savedReply(
  { name, tickers, notes, described }: SavedUniverse & Pick<Universe, 'name'>,
  done: string,
  now: number,
): Reply {
  const { source, from, until, days, assets, refusal } = described;
  const refused = refusal ? [wordError(refusal, 'discord').message] : [];
  const warnings = [...described.notes, ...refused].map(escaped);
  const currency = assets[0]?.currency;
  const money = currency === undefined ? `in a currency that ${source} does not name` : `in ${currency}`;
  return {
    tone: warnings.length > 0 ? 'warning' : 'info',
    title: escapedName(name),
    body: `${[done, ...notes.map(escaped)].join(' ')}\n\n${listed(tickers)}`,
    fields: [
      {
        name: 'Prices',
        value: `${plural(days, 'common day')} from ${from} to ${until} (${age(until, now)}), ${money}.`,
      },
      ...(warnings.length > 0 ? [{ name: 'Warning', value: warnings.join(' ') }] : []),
    ],
    footer: `Everyone here can use it: /allocate universe:${name}`,
  };
}

export const removedReply = (name: string, tickers: readonly string[], left: readonly string[]): Reply => ({
  tone: 'info',
  title: escapedName(name),
  body: `Removed ${listed(tickers)}. It now holds ${plural(left.length, 'asset')}:\n\n${listed(left)}`,
});

/** @param wasDefault whether it was the server's default universe, which is now unset */
export function deletedReply(
  name: string,
  reports: readonly Pick<Report, 'id' | 'what' | 'channelId'>[],
  wasDefault: boolean,
): Reply {
  const named = reports.map(({ id, what, channelId }) => `\`${id}\` (${what} in <#${channelId}>)`);
  const use = reports.length === 1 ? 'One report uses it' : `${reports.length} reports use it`;
  const lines = [
    `The universe ${escapedName(name)} is deleted.`,
    ...(wasDefault ? ["It was this server's default, which is unset now."] : []),
    ...(reports.length > 0
      ? [`${use} and will fail when due, until removed by /report remove: ${named.join(', ')}.`]
      : []),
    "Members' alerts on it are paused.",
  ];
  return { tone: reports.length > 0 ? 'warning' : 'info', title: escapedName(name), body: lines.join('\n') };
}
