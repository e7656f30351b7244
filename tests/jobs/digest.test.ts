import pino from 'pino';
import { describe, expect, it, vi } from 'vitest';
import type { App } from '../../src/app.ts';
import { DAY_MS } from '../../src/durations.ts';
import { openIncidents } from '../../src/incidents.ts';
import { digestReply, postDigest } from '../../src/jobs/digest.ts';
import { openTestStore } from '../store/fixtures.ts';
import { recordingMessenger } from '../support/recording-messenger.ts';
import { expectTame, HOSTILE } from '../support/tame.ts';

const NIGHT = Date.UTC(2026, 10, 20, 23, 30);

async function open(hasChannel = true) {
  const { store, clock } = await openTestStore();
  const log: unknown[] = [];
  const logger = pino({}, { write: (line: string) => void log.push(JSON.parse(line)) });
  const messenger = recordingMessenger();
  const incidents = openIncidents(store, { now: () => clock.now, log: logger });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of the configuration is read
  const config = (hasChannel ? { operatorsChannelId: '9' } : {}) as App['config'];
  const post = (due: number) => postDigest({ app: { config, incidents, log: logger }, messenger }, due);
  return { store, clock, log, messenger, incidents, post };
}

describe("the night's digest", () => {
  it('tells all that has happened in one message, each once, and then forgets it', async () => {
    const { incidents, messenger, post } = await open();
    for (let k = 0; k < 22; k += 1) await incidents.add(`universe-${k % 11}`, 'retraining failed.');
    await post(NIGHT);
    await post(NIGHT + DAY_MS);
    expect(messenger.sent).toMatchObject([
      { to: 'channel 9', reply: { title: "The night's digest: 11 things to look at" } },
    ]);
    expect(messenger.sent[0]?.reply.body).toContain('**universe-3**: retraining failed. (2 times)');
    expect(messenger.sent[0]?.reply.footer).toContain('2026-11-20 23:30 UTC');
  });

  it('is not sent when there is nothing to tell', async () => {
    const { messenger, post } = await open();
    await post(NIGHT);
    expect(messenger.tried).toEqual([]);
  });

  it('is that of the next night where it could not be posted', async () => {
    const { incidents, messenger, post, log } = await open();
    await incidents.add('us12', 'no prices.');
    messenger.becomes.set('9', 'failed');
    await post(NIGHT);
    expect(log.at(-1)).toMatchObject({ level: 50, delivery: 'failed' });
    messenger.becomes.clear();
    await incidents.add('pair', 'no prices.');
    await post(NIGHT + DAY_MS);
    expect(messenger.sent[0]?.reply.body?.split('\n')).toHaveLength(2);
  });

  it('loses nothing by a crash after it was posted: what came since is told the next night', async () => {
    const { incidents, messenger, post } = await open();
    await incidents.add('us12', 'no prices.');
    const crash = vi.spyOn(incidents, 'forget').mockRejectedValue(new Error('killed'));
    await expect(post(NIGHT)).rejects.toThrow('killed');
    crash.mockRestore();
    await incidents.add('pair', 'no prices.');
    await post(NIGHT);
    await post(NIGHT + DAY_MS);
    expect(messenger.sent.map(({ reply }) => reply.body)).toEqual(['**us12**: no prices.', '**pair**: no prices.']);
  });

  it('is only logged where there is no channel', async () => {
    const { incidents, messenger, post, log } = await open(false);
    await incidents.add('us12', 'no prices.');
    await post(NIGHT);
    expect(messenger.tried).toEqual([]);
    expect(log).toMatchObject([{ incidents: [{ subject: 'us12', sentence: 'no prices.' }] }]);
    expect(await incidents.digestOf(NIGHT + DAY_MS)).toEqual([]);
  });

  it.each(HOSTILE)('is tame, whatever it is about: %j', (text) => {
    const incident = { subject: text, sentence: text, since: '2026-11-20T12:00:00.000Z', times: 1 };
    const { body = '' } = digestReply(0, [incident]);
    expect(body).toMatch(/^\*\*.+\*\*: /);
    expectTame(body);
  });

  it('fits into an embed, however much went wrong, and cuts between characters', () => {
    const incident = { sentence: '📉'.repeat(300), since: '2026-11-20T12:00:00.000Z', times: 1 };
    const many = Array.from({ length: 40 }, (_, k) => ({ ...incident, subject: `universe-${k}` }));
    const { body = '' } = digestReply(0, many);
    expect(Array.from(body).length).toBeLessThan(4096);
    expect(body).toMatch(/📉…\n… and 25 more: see the log\.$/u);
    expect(digestReply(0, [{ ...incident, subject: 'us12' }]).body).toBe(`**us12**: ${'📉'.repeat(239)}…`);
  });
});
