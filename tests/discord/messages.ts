// Messages for the messenger's tests.
import type { Reply } from '../../src/reply.ts';
import type { TestBot } from '../support/test-bot.ts';

export const report: Reply = {
  tone: 'info',
  title: 'Report',
  images: [{ name: 'chart.png', png: new Uint8Array([0x89, 0x50, 0x4e, 0x47]), description: 'A chart' }],
  buttons: [{ label: 'Again', style: 'primary', command: 'echo', key: '200000000000000001.report' }],
};

export function post({ bot, discord }: TestBot, nonce = 'report/1'): Promise<string> {
  return bot.messenger.postToChannel(discord.channelId, report, nonce);
}

export function tell({ bot, discord }: TestBot, nonce = 'alert/1'): Promise<string> {
  return bot.messenger.sendDirectMessage(discord.memberId, { tone: 'warning', title: 'Alert' }, nonce);
}
