import { describe, expect, it } from 'vitest';
import { describeWhen, parseWhen } from '../src/when.ts';

describe('when', () => {
  it.each([
    ['weekdays 18:30', '30 18 * * 1-5'],
    ['weekday 18:30', '30 18 * * 1-5'],
    ['every weekday at 18:30', '30 18 * * 1-5'],
    ['mon-fri 18.30', '30 18 * * 1-5'],
    ['Mon–Fri 18h30', '30 18 * * 1-5'],
    ['monday to friday, 6:30 p.m.', '30 18 * * 1-5'],
    [' Daily  7:05 ', '5 7 * * *'],
    ['every day 0:00', '0 0 * * *'],
    ['daily 9am', '0 9 * * *'],
    ['daily 9:30 PM', '30 21 * * *'],
    ['daily 12am', '0 0 * * *'],
    ['daily 12pm', '0 12 * * *'],
    ['daily noon', '0 12 * * *'],
    ['9am daily', '0 9 * * *'],
    ['18:30, weekdays', '30 18 * * 1-5'],
    ['monday 9:00', '0 9 * * 1'],
    ['Mon 9:00', '0 9 * * 1'],
    ['mondays at 9', '0 9 * * 1'],
    ['fridays 16:00', '0 16 * * 5'],
    ['mon,wed 9:00', '0 9 * * 1,3'],
    ['Mon, Wed and Fri 9:00', '0 9 * * 1,3,5'],
    ['tues & thurs 9:00', '0 9 * * 2,4'],
    ['fri-mon 9:00', '0 9 * * 0,1,5,6'],
    ['sat-sun 10:00', '0 10 * * 0,6'],
    ['mon-sun 10:00', '0 10 * * *'],
    ['30 18 * * 1-5', '30 18 * * 1-5'],
    ['30 18 * * MON-FRI', '30 18 * * mon-fri'],
    ['0 9 1 * *', '0 9 1 * *'],
    ['0 9 1 * 5', '0 9 1 * 5'],
  ])('%j is read as %j', (text, cron) => {
    expect(parseWhen(text, 'when')).toBe(cron);
  });

  it.each([
    ['weekdays', 'such as "weekdays 18:30"'],
    ['weekdays 25:00', 'such as "weekdays 18:30"'],
    ['weekdays 9:60', 'such as "weekdays 18:30"'],
    ['daily 13pm', 'such as "weekdays 18:30"'],
    ['daily 0am', 'such as "weekdays 18:30"'],
    ['monday 9', 'such as "weekdays 18:30"'],
    ['mo 9:00', 'such as "weekdays 18:30"'],
    ['mon- 9:00', 'such as "weekdays 18:30"'],
    ['1st of the month 9:00', 'such as "weekdays 18:30"'],
    ['61 2 * * *', 'such as "weekdays 18:30"'],
    ['0 0 30 2 *', 'such as "weekdays 18:30"'],
    ['9:00', 'takes days and a time: write "daily 9:00" or "weekdays 9:00"; got "9:00".'],
    ['at 9', 'write "daily at 9" or "weekdays at 9"'],
    ['* * * * *', 'at least an hour'],
    ['*/30 * * * *', 'at least an hour'],
    ['0,30 18 * * *', 'at least an hour'],
  ])('%j is refused', (text, sentence) => {
    expect(() => parseWhen(text, 'when')).toThrow(
      expect.objectContaining({ option: 'when', message: expect.stringContaining(sentence) }),
    );
  });

  it('can be written as its refusal says', () => {
    for (const advice of ['daily 9:00', 'weekdays 9:00', 'daily at 9', 'weekdays 18:30', 'monday 9:00', 'daily 9am']) {
      expect(parseWhen(advice, 'when')).toMatch(/^\d+ \d+ \* \* \S+$/);
    }
  });
});

describe('describeWhen', () => {
  it.each(['weekdays 18:30', 'daily 7:05', 'fridays 0:00', 'weekends 23:59', 'mon, wed 18:30'])(
    'gives back %s',
    (when) => {
      expect(describeWhen(parseWhen(when, 'when'))).toBe(when);
    },
  );

  it.each(['0 9 1 * *', '30 18 * * 1-3', '0 */4 * * *', '5 8 * 6 *'])('leaves %s as it is', (cron) => {
    expect(describeWhen(cron)).toBe(cron);
  });
});
