// Time zones as people type them.
import { UserError } from './errors.ts';
import { presentName, zoneOfCity } from './time-zones.ts';

/**
 * The system reads some abbreviations as a place that few people mean: EST is Panama, BST is Dhaka. It does not know
 * others. Here is what people mean by them.
 */
const MEANT: Readonly<Record<string, string>> = {
  ACT: 'Australia/Darwin or America/Rio_Branco',
  AST: 'America/Halifax or Asia/Riyadh',
  BST: 'Europe/London or Asia/Dhaka',
  CST: 'America/Chicago or Asia/Shanghai',
  EST: 'America/New_York or America/Panama',
  GST: 'Asia/Dubai',
  IST: 'Asia/Kolkata, Europe/Dublin or Asia/Jerusalem',
  MST: 'America/Denver or America/Phoenix',
  PST: 'America/Los_Angeles or Asia/Manila',
  ...meaning('ET EDT', 'America/New_York'),
  ...meaning('CT CDT', 'America/Chicago'),
  ...meaning('MT MDT', 'America/Denver'),
  ...meaning('PT PDT', 'America/Los_Angeles'),
  ...meaning('ADT', 'America/Halifax'),
  ...meaning('AKST AKDT', 'America/Anchorage'),
  ...meaning('NST NDT', 'America/St_Johns'),
  ...meaning('HST', 'Pacific/Honolulu'),
  ...meaning('ART', 'America/Argentina/Buenos_Aires'),
  ...meaning('BRT BRST', 'America/Sao_Paulo'),
  ...meaning('CLT CLST', 'America/Santiago'),
  ...meaning('COT', 'America/Bogota'),
  ...meaning('PET', 'America/Lima'),
  ...meaning('VET', 'America/Caracas'),
  ...meaning('WET WEST', 'Europe/Lisbon'),
  ...meaning('CET CEST MEZ MESZ', 'Europe/Berlin or Europe/Paris'),
  ...meaning('EET EEST', 'Europe/Athens or Europe/Helsinki'),
  ...meaning('MSK', 'Europe/Moscow'),
  ...meaning('TRT', 'Europe/Istanbul'),
  ...meaning('CAT', 'Africa/Harare'),
  ...meaning('EAT', 'Africa/Nairobi'),
  ...meaning('SAST', 'Africa/Johannesburg'),
  ...meaning('WAT', 'Africa/Lagos'),
  ...meaning('IDT', 'Asia/Jerusalem'),
  ...meaning('PKT', 'Asia/Karachi'),
  ...meaning('NPT', 'Asia/Kathmandu'),
  ...meaning('ICT', 'Asia/Bangkok or Asia/Ho_Chi_Minh'),
  ...meaning('WIB', 'Asia/Jakarta'),
  ...meaning('MYT', 'Asia/Kuala_Lumpur'),
  ...meaning('SGT', 'Asia/Singapore'),
  ...meaning('PHT', 'Asia/Manila'),
  ...meaning('HKT', 'Asia/Hong_Kong'),
  ...meaning('JST', 'Asia/Tokyo'),
  ...meaning('KST', 'Asia/Seoul'),
  ...meaning('AWST', 'Australia/Perth'),
  ...meaning('ACST ACDT', 'Australia/Adelaide'),
  ...meaning('AEST AEDT', 'Australia/Sydney or Australia/Melbourne'),
  ...meaning('NZST NZDT', 'Pacific/Auckland'),
};

function meaning(abbreviations: string, cities: string): Record<string, string> {
  return Object.fromEntries(abbreviations.split(' ').map((abbreviation) => [abbreviation, cities]));
}

const UNAMBIGUOUS = new Set(['UTC', 'GMT']);

/**
 * `europe/berlin` → Europe/Berlin, by its present name.
 * @throws UserError (the option) when there is no such time zone, or it is an abbreviation
 */
export function parseTimeZone(text: string, option: string): string {
  const name = text.trim();
  const meant = MEANT[name.toUpperCase()];
  const isAbbreviation = meant !== undefined || (/^[A-Z]{3,4}$/.test(name) && !UNAMBIGUOUS.has(name));
  const known = isAbbreviation ? undefined : knownZone(name);
  if (known !== undefined) return known;
  const city = zoneOfCity(name);
  if (city !== undefined) {
    throw new UserError(`${option} takes an IANA time zone: for "${text}" write ${city}.`, { option });
  }
  if (isAbbreviation) {
    throw new UserError(
      `${option} takes a time zone by its city, such as ${meant ?? 'Europe/Berlin'}; "${text}" is only an abbreviation.`,
      { option },
    );
  }
  throw new UserError(`${option} takes an IANA time zone such as Europe/Berlin or UTC; got "${text}".`, { option });
}

function knownZone(name: string): string | undefined {
  try {
    return presentName(new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone);
  } catch {
    return undefined;
  }
}
