import type {
  DeployedCommand,
  DeployedOption,
  DeployedSubcommand,
} from '../../tests/support/discord/command-schemas.ts';
import type { Discord, Sender } from '../../tests/support/discord/stand-in.ts';
import type { Chance } from './chance.ts';
import { customId, hostileText, valueOf } from './hostile-values.ts';
import { MALFORMED } from './malformed.ts';

/** An interaction to send. */
export interface Fuzzed {
  readonly kind: string;
  /** As the stand-in sends it. */
  readonly interaction: Parameters<Discord['send']>[0];
  readonly who: Sender;
  /** Whether Discord waits for an answer. */
  readonly isAnswered: boolean;
}

const MEMBERS = 1_000;
/** Of a hundred interactions, so many are of each kind. */
const MIX: readonly [share: number, kind: Kind][] = [
  [50, 'slash'],
  [17, 'button'],
  [15, 'autocomplete'],
  [5, 'context menu'],
  [5, 'select'],
  [4, 'modal'],
  [4, 'malformed'],
];

type Kind = 'slash' | 'button' | 'autocomplete' | 'context menu' | 'select' | 'modal' | 'malformed';

const NAMES = ['no-such', '', 'help ', '__proto__', 'x'.repeat(200)];

/** @returns the next of the seed's interactions with every call */
export function fuzzer(chance: Chance, discord: Discord): () => Fuzzed {
  const commands = discord.deployed();
  const channels = [discord.channelId, discord.addChannel(), discord.addChannel({ type: 4 }), '100', 'here'];
  const who = (): Sender => ({
    userId: `4${String(chance.below(MEMBERS)).padStart(17, '0')}`,
    mayManage: chance.happens(0.3),
    ...(chance.happens(0.2) && { isDirect: true }),
    ...(chance.happens(0.1) && { guildId: '500000000000000005' }),
    ...(chance.happens(0.1) && { channelId: '600000000000000006' }),
  });
  const command = (isTyped: boolean) => commandData(chance, chance.pick(commands), { channels, isTyped });
  const make: Readonly<Record<Kind, () => Fuzzed['interaction']>> = {
    slash: () => ({ type: 2, data: command(false) }),
    autocomplete: () => ({ type: 4, data: command(true) }),
    button: () => ({ type: 3, data: { custom_id: customId(chance), component_type: 2 } }),
    select: () => ({
      type: 3,
      data: {
        custom_id: customId(chance),
        component_type: chance.pick([3, 5, 6, 7, 8]),
        values: [hostileText(chance)],
        resolved: {},
      },
    }),
    'context menu': () => ({
      type: 2,
      data: {
        id: '1',
        name: chance.pick([...commands.map(({ name }) => name), ...NAMES]),
        type: chance.pick([2, 3]),
        target_id: '2',
        resolved: { users: {}, members: {}, messages: {} },
      },
    }),
    modal: () => ({ type: 5, data: { custom_id: customId(chance), components: modalRows(chance) } }),
    malformed: () => ({ type: 2, data: command(false) }),
  };
  return () => {
    const kind = kindOf(chance.below(100));
    const interaction = make[kind]();
    const sent = { interaction, who: who() };
    if (kind !== 'malformed') return { kind, ...sent, isAnswered: true };
    const [flaw, spoil] = chance.pick(Object.entries(MALFORMED));
    return { kind: `malformed: ${flaw}`, ...sent, interaction: { ...interaction, spoil }, isAnswered: false };
  };
}

function kindOf(draw: number): Kind {
  let sum = 0;
  for (const [share, kind] of MIX) {
    sum += share;
    if (draw < sum) return kind;
  }
  return 'slash';
}

const modalRows = (chance: Chance): object[] => [
  { type: 1, components: [{ type: 4, custom_id: 'text', value: hostileText(chance) }] },
];

interface CommandOptions {
  readonly channels: readonly string[];
  /** Whether an option is being typed. */
  readonly isTyped: boolean;
}

const SUBCOMMAND = 1;

/** A command with a subcommand and some options, with wrong and unknown ones now and then. */
function commandData(chance: Chance, { name, options = [] }: DeployedCommand, around: CommandOptions): object {
  const data = { id: '1', name: chance.happens(0.03) ? chance.pick(NAMES) : name, type: 1 };
  const subcommands = options.filter(isSubcommand);
  if (subcommands.length === 0) {
    return { ...data, options: given(chance, options.filter(isValue), around) };
  }
  const chosen = chance.pick(subcommands);
  const inner = given(chance, (chosen.options ?? []).filter(isValue), around);
  if (chance.happens(0.03)) return { ...data, options: inner };
  const subcommand = chance.happens(0.05) ? chance.pick(NAMES) : chosen.name;
  return { ...data, options: [{ type: SUBCOMMAND, name: subcommand, options: inner }] };
}

const isSubcommand = (option: DeployedOption | DeployedSubcommand): option is DeployedSubcommand =>
  option.type === SUBCOMMAND;
const isValue = (option: DeployedOption | DeployedSubcommand): option is DeployedOption => !isSubcommand(option);

function given(chance: Chance, specs: readonly DeployedOption[], { channels, isTyped }: CommandOptions): object[] {
  const options = specs
    .filter(({ required }) => chance.happens(required === true ? 0.95 : 0.4))
    .map(({ name, type }) => ({ name, type, value: valueOf(chance, { name, type }, channels) }));
  if (chance.happens(0.03)) options.push({ name: chance.pick(NAMES), type: 3, value: hostileText(chance) });
  const typed = options[chance.below(options.length)];
  return isTyped && typed !== undefined
    ? options.map((one) => (one === typed ? { ...one, value: hostileText(chance), focused: true } : one))
    : options;
}
