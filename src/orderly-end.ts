/** What an orderly end waits for, one after another, each at most for so long, in milliseconds. */
export const END_MS = {
  /** Scheduled tasks, which are told to end. The next start runs again what did not. */
  tasks: 5_000,
  /** Running commands. */
  answers: 10_000,
  /** Then they are aborted, and reply that the bot restarts. */
  farewell: 1_000,
  /** Messages that are being sent: that they arrive and are marked as sent. */
  messages: 3_000,
  /** Discord's reply to the closing of the connection. discord.js itself would wait for half a minute. */
  gateway: 1_000,
  threads: 2_000,
  /** What is being written. */
  store: 10_000,
} as const;

/** For what is done between the waits. */
const SLACK_MS = 2_000;

/** A process that is still there after this is ended by force. */
export const LONGEST_END_MS = Object.values(END_MS).reduce<number>((sum, ms) => sum + ms, SLACK_MS);
