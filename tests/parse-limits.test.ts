import { describe, expect, it } from 'vitest';
import { UserError } from '../src/errors.ts';
import { parseLimits } from '../src/parse-limits.ts';
import type { Door } from '../src/parse-rates.ts';

const DOORS: readonly Door[] = ['discord', 'terminal'];

const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, k) => (first + k) / 100);

const notSeparated = (text: string): string =>
  `limits takes a range such as 1%:12%:1%, or rates with a comma and a space between, such as 4%, 8%; got "${text}".`;

const unclear = (text: string, ways: string): string =>
  `limits takes rates such as 4%, 8%; a bare ${text} is unclear: write ${ways}.`;

describe.each(DOORS)('parseLimits in %s', (door) => {
  it.each([
    ['1%:12%:1%', upTo(12)],
    ['1%:12%', upTo(12)],
    ['1%-12%', upTo(12)],
    ['1 % – 12 %', upTo(12)],
    ['1% to 12%', upTo(12)],
    ['0.01-0.12', upTo(12)],
    [' 0.05 : 6% : 0.5% ', [0.05, 0.055, 0.06]],
    ['4%:6%:0,5%', [0.04, 0.045, 0.05, 0.055, 0.06]],
    ['2%:5%:2%', [0.02, 0.04]],
    ['0.5%-2%', [0.005, 0.015, 0.02]],
    ['0.5%:2%', [0.005, 0.015, 0.02]],
    ['2,5% - 5%', [0.025, 0.035, 0.045, 0.05]],
    ['1%-1.5%', [0.01, 0.015]],
    ['4,05%', [0.0405]],
    ['3%:3%:1%', [0.03]],
    ['8%', [0.08]],
    ['4,5%', [0.045]],
    ['4%, 8%', [0.04, 0.08]],
    ['4%,8%', [0.04, 0.08]],
    ['4%; 8%', [0.04, 0.08]],
    ['8% 4% .5%', [0.005, 0.04, 0.08]],
    ['4 % , 8 %', [0.04, 0.08]],
    ['4,5%; 8%', [0.045, 0.08]],
    ['4,5%, 8%', [0.045, 0.08]],
    ['0.04,0.08', [0.04, 0.08]],
    ['0,04; 0,08', [0.04, 0.08]],
    ['.04, .08', [0.04, 0.08]],
    ['8%, 4%,0.08,', [0.04, 0.08]],
  ])('reads %j, ascending', (text, limits) => {
    expect(parseLimits(text, 'limits', door)).toEqual(limits);
  });

  it.each([
    ['12%:1%:1%', 'limits must go from a lower rate to a higher one; got "12%:1%:1%".'],
    ['12%-1%', 'limits must go from a lower rate to a higher one; got "12%-1%".'],
    ['1%:12%:0%', 'limits must lie between 0.01% and 100%; got "0%".'],
    ['-8%', 'limits takes no minus sign: write 8%; got "-8%".'],
    ['1%:2%:3%:4%', notSeparated('1%:2%:3%:4%')],
    ['1%-2%-3%', notSeparated('1%-2%-3%')],
    ['3,2,1', notSeparated('3,2,1')],
    ['4,5,5,5', notSeparated('4,5,5,5')],
    ['4,5,8,5%', notSeparated('4,5,8,5%')],
    ['4 8', notSeparated('4 8')],
    ['4% and 8%', notSeparated('4% and 8%')],
    ['4,8', unclear('4,8', '4%, 8% for two limits or 4.8% for one')],
    ['5,4', unclear('5,4', '5%, 4% for two limits or 5.4% for one')],
    ['1,2', unclear('1,2', '1%, 2% for two limits or 1.2% for one')],
    ['1%:100%:0.01%', 'limits takes at most 25 limits; "1%:100%:0.01%" makes 9901.'],
    ['1', 'limits takes a rate such as 8% or 0.08; a bare 1 is unclear: write 1% or 100%.'],
    ['', 'limits takes a rate such as 8% or 0.08; got "".'],
  ])('refuses %j in one sentence', (text, sentence) => {
    expect(() => parseLimits(text, 'limits', door)).toThrow(new UserError(sentence, { option: 'limits' }));
  });
});

describe('bare limits', () => {
  it.each([
    ['4, 8, 12', [0.04, 0.08, 0.12]],
    ['4,8,12', [0.04, 0.08, 0.12]],
    ['4,8,12%', [0.04, 0.08, 0.12]],
    ['2,4,6, 8', [0.02, 0.04, 0.06, 0.08]],
    ['4; 8', [0.04, 0.08]],
    ['8', [0.08]],
    ['4,05', [0.0405]],
    ['4,125', [0.04125]],
    ['2,5 - 5', [0.025, 0.035, 0.045, 0.05]],
    ['4,5; 8', [0.045, 0.08]],
    ['1-12', upTo(12)],
    ['1:12:1', upTo(12)],
    ['1, 4, 8', [0.01, 0.04, 0.08]],
    ['1-12%', upTo(12)],
  ])('are percent in Discord, and a comma between two digits is a decimal comma: %j', (text, limits) => {
    expect(parseLimits(text, 'limits', 'discord')).toEqual(limits);
  });

  it.each([
    ['0.5, 8', 'limits takes rates in one unit: write % after each, such as 4%, 8%; got "0.5, 8".'],
    ['4,5,8,5', notSeparated('4,5,8,5')],
  ])('are refused in Discord where they are unclear: %j', (text, sentence) => {
    expect(() => parseLimits(text, 'limits', 'discord')).toThrow(new UserError(sentence, { option: 'limits' }));
  });

  it.each([
    ['1:12:1', 'a bare 1 is unclear: write 1% or 100%.'],
    ['4, 8', 'a bare 4 is unclear: write 4% or 0.04.'],
    ['4,5', 'a bare 4,5 is unclear: write 4%, 5% for two limits or 4.5% for one.'],
    ['4,05', 'a bare 4,05 is unclear: write 4.05% or 0.0405.'],
    ['1-12%', 'a bare 1 is unclear: write 1% or 100%.'],
  ])('are refused by the terminal: %j', (text, sentence) => {
    expect(() => parseLimits(text, 'limits', 'terminal')).toThrow(sentence);
  });
});
