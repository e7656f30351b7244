import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fit, lengthOf, LIMITS } from '../../src/discord/limits.ts';
import { describeShared, sharedFile } from '../support/shared.ts';

describe('lengthOf', () => {
  it('counts code points, as Discord does', () => {
    expect(lengthOf('')).toBe(0);
    expect(lengthOf('Übung')).toBe(5);
    expect(lengthOf('📉'.repeat(3))).toBe(3);
  });
});

describe('fit', () => {
  it.each([
    ['short enough', 12, 'short enough'],
    ['the quick brown fox', 18, 'the quick brown…'],
    ['the quick brown fox', 16, 'the quick brown…'],
    ['first line\nsecond line', 13, 'first line…'],
    ['a b', 2, 'a…'],
    ['unbreakable', 5, 'unbr…'],
    ['📉📉📉', 2, '📉…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('makes %j fit %i characters', (text, max, expected) => {
    expect(fit(text, max)).toBe(expected);
  });

  it('never exceeds its limit, and is the text or a beginning of it with an ellipsis', () => {
    const words = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 9 })).map((all) => all.join(' '));
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 80 }), (text, max) => {
        const fitted = fit(text, max);
        expect(lengthOf(fitted)).toBeLessThanOrEqual(max);
        if (fitted === text) return;
        expect(fitted.endsWith('…')).toBe(true);
        expect(text.startsWith(fitted.slice(0, -1))).toBe(true);
        expect(fitted.isWellFormed()).toBe(true);
      }),
    );
  });
});

describeShared('the limits', () => {
  it("are those of Discord's OpenAPI document, where it has them", () => {
    const limit = z.looseObject({
      maxLength: z.int().optional(),
      maxItems: z.int().optional(),
      oneOf: z.array(z.looseObject({ maxLength: z.int().optional() })).optional(),
    });
    const schema = z.object({ properties: z.record(z.string(), limit) });
    const document = z
      .object({ components: z.object({ schemas: z.record(z.string(), z.unknown()) }) })
      .parse(JSON.parse(readFileSync(sharedFile('data/discord/openapi.json'), 'utf8')));
    function of(name: string, property: string): number | undefined {
      const { maxLength, maxItems, oneOf } = schema.parse(document.components.schemas[name]).properties[property] ?? {};
      return maxLength ?? maxItems ?? oneOf?.find((one) => one.maxLength !== undefined)?.maxLength;
    }
    expect({
      content: of('IncomingWebhookUpdateRequestPartial', 'content'),
      embeds: of('IncomingWebhookUpdateRequestPartial', 'embeds'),
      embedTitle: of('RichEmbed', 'title'),
      embedDescription: of('RichEmbed', 'description'),
      embedFields: of('RichEmbed', 'fields'),
      fieldName: of('RichEmbedField', 'name'),
      fieldValue: of('RichEmbedField', 'value'),
      embedFooter: of('RichEmbedFooter', 'text'),
      buttonsInRow: of('ActionRowComponentForMessageRequest', 'components'),
      buttonLabel: of('ButtonComponentForMessageRequest', 'label'),
      customId: of('ButtonComponentForMessageRequest', 'custom_id'),
      nonce: of('MessageCreateRequest', 'nonce'),
      altText: of('MessageAttachmentRequest', 'description'),
      choices: of('InteractionApplicationCommandAutocompleteCallbackStringData', 'choices'),
      commandName: of('ApplicationCommandUpdateRequest', 'name'),
      commandDescription: of('ApplicationCommandUpdateRequest', 'description'),
      commandOptions: of('ApplicationCommandUpdateRequest', 'options'),
      optionTextLength: z
        .object({ properties: z.object({ max_length: z.object({ maximum: z.int() }) }) })
        .parse(document.components.schemas.ApplicationCommandStringOption).properties.max_length.maximum,
    }).toEqual(
      Object.fromEntries(
        Object.entries(LIMITS).filter(
          ([name]) =>
            !['embedTotal', 'rows', 'fileBytes', 'choiceName', 'choiceValue', 'commands', 'commandCharacters'].includes(
              name,
            ),
        ),
      ),
    );
  });
});
