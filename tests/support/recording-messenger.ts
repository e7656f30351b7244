import type { Delivery, Messenger } from '../../src/messenger.ts';
import type { Reply } from '../../src/reply.ts';

interface Sent {
  /** `channel …` or `member …`. */
  readonly to: string;
  readonly reply: Reply;
  readonly nonce: string;
}

interface RecordingMessenger extends Messenger {
  /** What has arrived, each nonce once. */
  readonly sent: Sent[];
  /** The nonces of everything that was to be sent, also of what did not arrive. */
  readonly tried: string[];
  /** The outcome of messages to a channel or member; absent: `sent`. */
  readonly becomes: Map<string, Delivery>;
  /** What the bot lacks, by channel. */
  readonly lacks: Map<string, string>;
  /** Servers that the bot has left. */
  readonly left: Set<string>;
}

/** Keeps what is sent, as its interface promises: nothing with the same nonce twice. */
export function recordingMessenger(): RecordingMessenger {
  const [sent, tried]: [Sent[], string[]] = [[], []];
  const becomes = new Map<string, Delivery>();
  const lacks = new Map<string, string>();
  const left = new Set<string>();
  const send = async (to: string, reply: Reply, nonce: string): Promise<Delivery> => {
    if (nonce.length > 25) throw new Error(`Discord takes no nonce of ${nonce.length} characters`);
    tried.push(nonce);
    if (sent.some((one) => one.nonce === nonce)) return 'sent';
    const delivery = becomes.get(to.split(' ')[1] ?? '') ?? 'sent';
    if (delivery === 'sent') sent.push({ to, reply, nonce });
    return delivery;
  };
  return {
    sent,
    tried,
    becomes,
    lacks,
    left,
    isInGuild: (guildId) => !left.has(guildId),
    postToChannel: (channelId, reply, nonce) => send(`channel ${channelId}`, reply, nonce),
    sendDirectMessage: (memberId, reply, nonce) => send(`member ${memberId}`, reply, nonce),
    missingPermissions: async (_guildId, channelId, memberId) => lacks.get(`${channelId}${memberId ?? ''}`),
    guildName: (guildId) => `server ${guildId.slice(-3)}`,
  };
}
