import { describe, expect, it } from 'vitest';
import { UserError } from '../src/errors.ts';
import { parseTimeZone } from '../src/parse-time-zone.ts';

describe('a time zone', () => {
  it('is one that IANA knows', () => {
    expect(parseTimeZone(' europe/berlin ', 'zone')).toBe('Europe/Berlin');
    expect(() => parseTimeZone('Mars/Olympus', 'zone')).toThrow('takes an IANA time zone such as');
    expect(parseTimeZone('UTC', 'zone')).toBe('UTC');
    expect(parseTimeZone('Cuba', 'zone')).toBe('America/Havana');
  });

  it.each([
    ['Asia/Calcutta', 'Asia/Kolkata'],
    ['asia/kolkata', 'Asia/Kolkata'],
    ['Europe/Kiev', 'Europe/Kyiv'],
  ])('has its present name: %s', (text, zone) => {
    expect(parseTimeZone(text, 'zone')).toBe(zone);
  });

  it.each([
    ['EST', 'America/New_York or America/Panama'],
    ['bst', 'Europe/London or Asia/Dhaka'],
    ['MST', 'America/Denver or America/Phoenix'],
    ['IST', 'Asia/Kolkata, Europe/Dublin or Asia/Jerusalem'],
    ['ART', 'America/Argentina/Buenos_Aires'],
    ['EDT', 'America/New_York'],
    ['edt', 'America/New_York'],
    ['pt', 'America/Los_Angeles'],
    ['Cest', 'Europe/Berlin or Europe/Paris'],
    ['WET', 'Europe/Lisbon'],
    ['XYZ', 'Europe/Berlin'],
  ])('is no abbreviation: %s', (text, cities) => {
    expect(() => parseTimeZone(text, 'zone')).toThrow(
      new UserError(`zone takes a time zone by its city, such as ${cities}; "${text}" is only an abbreviation.`, {
        option: 'zone',
      }),
    );
  });

  it.each(
    (
      'EST EDT CST CDT MST MDT PST PDT AST ADT AKST AKDT HST NST BRT ART CLT COT PET VET WET WEST CET CEST EET EEST MSK ' +
      'TRT BST IST IDT GST PKT NPT ICT WIB MYT SGT PHT HKT JST KST AWST ACST ACDT AEST AEDT NZST NZDT CAT EAT SAST WAT ET CT MT PT'
    ).split(' '),
  )('is offered by a city that it takes, for %s', (text) => {
    let sentence = '';
    try {
      parseTimeZone(text, 'zone');
    } catch (error) {
      sentence = String(error);
    }
    const cities = sentence.match(/[A-Z]\w+\/\w+(\/\w+)?/g) ?? [];
    expect(cities.length).toBeGreaterThan(0);
    expect(cities.map((city) => parseTimeZone(city, 'zone'))).toEqual(cities);
  });

  it.each([
    ['Berlin', 'Europe/Berlin'],
    ['New York', 'America/New_York'],
    ['America/New York', 'America/New_York'],
    ['kyiv', 'Europe/Kyiv'],
    ['Mumbai', 'Asia/Kolkata'],
    ['ROME', 'Europe/Rome'],
    ['Buenos Aires', 'America/Argentina/Buenos_Aires'],
  ])('is named where a city alone is typed: %s', (text, zone) => {
    expect(() => parseTimeZone(text, 'zone')).toThrow(
      new UserError(`zone takes an IANA time zone: for "${text}" write ${zone}.`, { option: 'zone' }),
    );
  });
});
