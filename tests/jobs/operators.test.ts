import pino from 'pino';
import { describe, expect, it } from 'vitest';
import type { App } from '../../src/app.ts';
import { givenUpReply, notifyOperators } from '../../src/jobs/operators.ts';
import { recordingMessenger } from '../support/recording-messenger.ts';

const reply = givenUpReply('report/1/r2', Date.UTC(2026, 10, 20, 23, 30));

/** Posts to the operators' channel, whose messages end as `delivery`. */
async function notify(operatorsChannelId: string | undefined, delivery: 'sent' | 'failed' = 'sent') {
  const log: unknown[] = [];
  const messenger = recordingMessenger();
  messenger.becomes.set('9', delivery);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of the configuration is read
  const config = { operatorsChannelId } as App['config'];
  const app = { config, log: pino({}, { write: (line: string) => void log.push(JSON.parse(line)) }) };
  await notifyOperators({ app, messenger }, reply, 'nonce');
  return { messenger, log };
}

describe('operators', () => {
  it('are notified in their channel', async () => {
    const { messenger, log } = await notify('9');
    expect(messenger.sent).toEqual([{ to: 'channel 9', reply, nonce: 'nonce' }]);
    expect(log).toEqual([]);
  });

  it('get no post without a channel, and only a log entry when the post fails', async () => {
    expect((await notify(undefined)).messenger.tried).toEqual([]);
    const { log } = await notify('9', 'failed');
    expect(log).toMatchObject([{ level: 50, delivery: 'failed', msg: 'notifying the operators failed' }]);
  });

  it('learn which task was given up, and when it was due', () => {
    expect(reply.body).toMatch(/^\*\*report\/1\/r2\*\*, due at 2026-11-20 23:30 UTC, /);
  });
});
