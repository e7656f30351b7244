import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lengthOf, LIMITS } from '../../src/discord/limits.ts';
import { faultReply, RESTARTING, UNKNOWN_COMMAND, userErrorReply } from '../../src/discord/standard-replies.ts';
import { renderReply } from '../../src/discord/render.ts';
import { UserError } from '../../src/errors.ts';
import type { Reply } from '../../src/reply.ts';
import { message } from '../support/discord/schemas.ts';

/** What the stand-in finds wrong with the message that a reply becomes. */
function flawsOf(reply: Reply): readonly string[] {
  const { embeds, components, files } = renderReply(reply);
  const attachments = files.map(({ description }, id) => ({ id: String(id), description }));
  const result = message.safeParse({ embeds, components, attachments });
  return result.success ? [] : result.error.issues.map(({ path, message: flaw }) => `${path.join('.')} ${flaw}`);
}

const descriptionOf = (reply: Reply): string => renderReply(reply).embeds[0]?.description ?? '';

/** An answer for n assets as /allocate gives it: rows of 50 characters. */
function allocation(assets: number): Reply {
  return {
    tone: 'answer',
    title: 'Best split of us12 with at most 8.0% average loss in the worst 5% of cases',
    body: 'Prices until 2026-11-20 from Yahoo. The limit is kept on scenarios that the search has not seen.\n'.repeat(
      3,
    ),
    table: [
      'asset      weight      money   shares     of portf',
      ...Array.from({ length: assets }, (_, n) => `TICKER${n}`.padEnd(10) + '1.7%     170.00        3'.padEnd(40, '.')),
    ],
    fields: Array.from({ length: 8 }, (_, n) => ({
      name: `Measure number ${n}`,
      value: '4.2% over 21 trading days, 5.1% on fresh scenarios',
    })),
    footer: 'Model trained until 2026-11-20 · not investment advice',
    images: [{ name: 'allocation.png', png: new Uint8Array(100), description: 'Weights' }],
    buttons: [{ label: 'Show minimum risk', style: 'primary', command: 'allocate', key: 'abc' }],
  };
}

/** Short texts and very long ones, of any script. */
function text(maxLength: number): fc.Arbitrary<string> {
  return fc
    .tuple(fc.string({ unit: 'grapheme', maxLength }), fc.integer({ min: 1, max: 400 }))
    .map(([part, n]) => part.repeat(n));
}

const buttonParts = {
  label: text(2),
  style: fc.constantFrom('primary' as const, 'secondary' as const),
  command: fc.constant('allocate'),
};

const button = (key: string) => ({ label: 'B', style: 'primary' as const, command: 'allocate', key });
const withButtons = (buttons: NonNullable<Reply['buttons']>): Reply => ({ tone: 'info', title: 'T', buttons });

describe('renderReply', () => {
  it('makes one embed with table, fields, footer, picture and buttons', () => {
    const { embeds, components, files } = renderReply({
      ...allocation(2),
      body: 'Body',
      fields: [{ name: 'CVaR', value: '7.9%' }],
    });
    expect(embeds).toEqual([
      {
        title: 'Best split of us12 with at most 8.0% average loss in the worst 5% of cases',
        color: 0x2f855a,
        description: `Body\n\`\`\`\n${allocation(2).table?.join('\n')}\n\`\`\``,
        fields: [{ name: 'CVaR', value: '7.9%', inline: true }],
        footer: { text: 'Model trained until 2026-11-20 · not investment advice' },
        image: { url: 'attachment://allocation.png' },
      },
    ]);
    expect(components).toEqual([
      { type: 1, components: [{ type: 2, style: 1, label: 'Show minimum risk', custom_id: 'allocate:abc' }] },
    ]);
    expect(files).toMatchObject([{ name: 'allocation.png', description: 'Weights' }]);
  });

  it.each([2, 12, 30, 60])('shows every one of %i assets, within the limits', (assets) => {
    const reply = allocation(assets);
    expect(flawsOf(reply)).toEqual([]);
    expect(descriptionOf(reply)).toContain(`\`\`\`\n${reply.table?.join('\n')}\n\`\`\``);
  });

  it('cuts rows from the end of a table that is too long, and says how many', () => {
    const reply = allocation(500);
    expect(flawsOf(reply)).toEqual([]);
    const lines = descriptionOf(reply).split('\n');
    const cut = Number(/^… and (\d+) more$/.exec(lines.at(-2) ?? '')?.[1]);
    const shown = lines.filter((line) => line.startsWith('TICKER'));
    expect(shown.length).toBeGreaterThan(60);
    expect(shown.length + cut).toBe(500);
    expect(lines.at(-1)).toBe('```');
  });

  it('keeps every limit for any reply', () => {
    const replies: fc.Arbitrary<Reply> = fc.record(
      {
        tone: fc.constantFrom('answer', 'warning', 'error', 'info'),
        title: text(5),
        body: text(30),
        table: fc.array(text(2), { maxLength: 80 }),
        fields: fc.array(fc.record({ name: text(3), value: text(6) }), { maxLength: 40 }),
        footer: text(10),
        images: fc.array(
          fc.record({ name: fc.constantFrom('a.png', 'a b/ü.png'), png: fc.uint8Array(), description: text(5) }),
          { maxLength: 12 },
        ),
        buttons: fc
          .uniqueArray(fc.stringMatching(/^[\w-]{1,80}$/), { maxLength: 25 })
          .chain((keys) => fc.tuple(...keys.map((key) => fc.record({ ...buttonParts, key: fc.constant(key) })))),
      },
      { requiredKeys: ['tone', 'title'] },
    );
    fc.assert(
      fc.property(replies, (reply) => {
        expect(flawsOf(reply)).toEqual([]);
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  it('keeps fields before rows of a table, and says how many fields it left out', () => {
    const fields = Array.from({ length: 30 }, (_, n) => ({ name: `Field ${n}`, value: 'short' }));
    const shown = renderReply({ ...allocation(60), fields }).embeds[0]?.fields ?? [];
    expect(shown).toHaveLength(LIMITS.embedFields);
    expect(shown.at(-1)).toEqual({ name: '…', value: 'and 6 more', inline: false });
  });

  it('lets nothing in a table end its code block', () => {
    const reply: Reply = { tone: 'info', title: 'T', table: ['a ``` b', 'c\nd'] };
    expect(descriptionOf(reply)).toBe("```\na ''' b\nc d\n```");
  });

  it('leaves out a picture that Discord does not take', () => {
    const png = new Uint8Array(LIMITS.fileBytes + 1);
    const { embeds, files } = renderReply({
      tone: 'answer',
      title: 'T',
      images: [{ name: 'big.png', png, description: 'Big' }],
    });
    expect(files).toEqual([]);
    expect(embeds).toEqual([{ title: 'T', color: 0x2f855a }]);
  });

  it('attaches files to keep after the pictures, and refuses one that is too large', () => {
    const file = { name: 'my data.json', bytes: new Uint8Array([123, 125]), description: 'Data' };
    const reply = { ...allocation(2), files: [file] };
    expect(renderReply(reply).files).toMatchObject([
      { name: 'allocation.png' },
      { name: 'my_data.json', attachment: Buffer.from('{}'), description: 'Data' },
    ]);
    expect(renderReply(reply).embeds).toHaveLength(1);
    expect(flawsOf(reply)).toEqual([]);
    const large = { ...file, bytes: new Uint8Array(LIMITS.fileBytes + 1) };
    expect(() => renderReply({ ...reply, files: [large] })).toThrow('expected a file of at most');
  });

  it('refuses a custom_id or a number of buttons that cannot be made to fit', () => {
    expect(flawsOf(withButtons([button('k'.repeat(91))]))).toEqual([]);
    expect(() => renderReply(withButtons([button('k'.repeat(92))]))).toThrow(
      'custom_id of at most 100 characters, got 101',
    );
    const many = (count: number) => withButtons(Array.from({ length: count }, (_, n) => button(String(n))));
    expect(renderReply(many(25)).components.map((row) => row.components.length)).toEqual([5, 5, 5, 5, 5]);
    expect(() => renderReply(many(26))).toThrow('at most 5 rows of buttons, got 6');
  });
});

describe("the bot's own notices", () => {
  it('are rendered as they are', () => {
    const long = new UserError('tickers takes known symbols; got ZZZZ. '.repeat(300), { option: 'tickers' });
    for (const reply of [
      faultReply('ab12cd'),
      userErrorReply(long),
      userErrorReply(new UserError('No.')),
      RESTARTING,
      UNKNOWN_COMMAND,
    ]) {
      expect(flawsOf(reply)).toEqual([]);
      expect(lengthOf(descriptionOf(reply))).toBeGreaterThan(0);
    }
  });
});
