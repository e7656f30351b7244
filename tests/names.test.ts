import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escaped, escapedName, visible } from '../src/names.ts';
import { expectTame, HOSTILE } from './support/tame.ts';

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.constantFrom(...'[ ] ( ) < > @ # | * _ ~ ` \\ : / - \n'.split(' ')),
      fc.string({ unit: 'binary' }),
    ),
  )
  .map((parts) => parts.join(''));

describe('a name from outside', () => {
  it('is no link, mention or mask, however it is made', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expectTame(escapedName(text));
        expectTame(`before ${escaped(text)} after`);
        expect(escapedName(text)).not.toMatch(/[\n\r]|^$/);
      }),
    );
  });

  it('reads as before where it is harmless', () => {
    for (const text of ['Müller & Söhne', 'max_weight', 'BRK-B, ^GSPC, EURUSD=X', '9:30 – 10 %', '東京 🦊']) {
      expect([escapedName(text), escaped(text), visible(text)]).toEqual([text, text, text]);
    }
  });

  it('leaves mentions of channels in sentences', () => {
    expect(escaped('I cannot post in <#100000000000000001>: "<@1>"')).toBe(
      'I cannot post in <#100000000000000001>: "\\<\\@1>"',
    );
  });

  it('says that there is one where nothing can be seen', () => {
    expect(escapedName('\u200b\u202e ')).toBe('?');
  });
});
