import { describe, expect, it } from 'vitest';
import { alertOf } from '../store/saved.ts';
import { textOf } from '../support/discord/stand-in.ts';
import { AFTER_THE_TOKEN, startEcho, startHolding } from './bots.ts';
import { tell } from './messages.ts';

describe('a direct message', () => {
  it('that a member does not accept is remembered, and no other is sent until they have been notified', async () => {
    const test = await startEcho();
    const { discord, app } = test;
    discord.closeDirectMessages(discord.memberId);
    expect(await tell(test)).toBe('refused');
    expect((await app.members.get(discord.memberId)).closed).toMatchObject({ isTold: false });
    const before = discord.requests.length;
    expect(await tell(test, 'alert/2')).toBe('refused');
    expect(discord.requests).toHaveLength(before);

    const asked = discord.slash('echo', { text: 'anything', public: true });
    const note = await asked.until(({ followUps }) => followUps[0], 'the note');
    expect(note.ephemeral).toBe(true);
    expect(textOf(note)).toMatch(/^Your direct messages are closed\nI could not send you a direct message on \d{4}-/);
    expect(asked.original && textOf(asked.original)).toContain('anything');
    await discord.until(() => test.log.find(({ interaction }) => interaction === asked.id), 'the end');
    expect((await app.members.get(discord.memberId)).closed).toMatchObject({ isTold: true });

    const next = discord.slash('echo', { text: 'once more' });
    await discord.until(() => test.log.find(({ interaction }) => interaction === next.id), 'the end');
    expect(next.followUps).toEqual([]);
    expect(await tell(test, 'alert/3')).toBe('refused');
    expect((await app.members.get(discord.memberId)).closed).toMatchObject({ isTold: false });
    expect(discord.posted).toEqual([]);
  });

  it('that is refused does not restore a member whose data was deleted meanwhile', async () => {
    const test = await startEcho();
    const { discord, app } = test;
    await app.members.update(discord.memberId, () => ({ alerts: [alertOf(1)] }));
    discord.closeDirectMessages(discord.memberId);
    discord.disturb('openDirectChannel', { delayMs: 300 });
    const told = tell(test);
    await discord.until(() => discord.requests.find(({ route }) => route === 'openDirectChannel'), 'the try');
    await app.members.forget(discord.memberId);
    expect(await told).toBe('refused');
    expect(await app.members.ids()).toEqual([]);
  });

  it('that is accepted again clears the earlier refusal', async () => {
    const test = await startEcho();
    const { discord, app } = test;
    discord.closeDirectMessages(discord.memberId);
    await tell(test);
    await discord.slash('echo', { text: 'nothing' }).until(({ followUps }) => followUps[0], 'the note');
    await discord.until(() => test.log.find(({ msg }) => msg === 'interaction'), 'the end');
    discord.openDirectMessages(discord.memberId);
    expect(await tell(test, 'alert/2')).toBe('sent');
    expect((await app.members.get(discord.memberId)).closed).toBeUndefined();
  });

  it('that was refused is reported below the next answer if the note below this one fails', async () => {
    const test = await startEcho();
    const { discord, app } = test;
    discord.closeDirectMessages(discord.memberId);
    await tell(test);
    discord.disturb('followUp', { failure: { status: 400, code: 50_035 } });
    const asked = discord.slash('echo', { text: 'hello' });
    await discord.until(() => test.log.find(({ interaction }) => interaction === asked.id), 'the end');
    expect((await app.members.get(discord.memberId)).closed).toMatchObject({ isTold: false });
    await discord.slash('echo', { text: 'hello' }).until(({ followUps }) => followUps[0], 'the note');
  });
});

describe('the note about closed direct messages', () => {
  it('never replaces an answer that came as a message', async () => {
    const test = await startHolding();
    const { discord, hold } = test;
    discord.closeDirectMessages(discord.memberId);
    await tell(test);
    const asked = discord.slash('hold', { text: 'at last', public: true });
    await discord.until(() => hold.held[0], 'the command to run');
    test.clock.advance(AFTER_THE_TOKEN);
    hold.release();
    await discord.until(() => test.log.find(({ interaction }) => interaction === asked.id), 'the end');
    expect(discord.posted).toHaveLength(1);
    expect(asked).toMatchObject({ original: undefined, followUps: [] });
  });
});
