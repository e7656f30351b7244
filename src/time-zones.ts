// Names of time zones. The system lists some by a name that has gone out of use: here they have their present one.

/** By present name: names that have gone out of use, and large cities in the zone. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'Africa/Asmara': 'Africa/Asmera',
  'America/Argentina/Buenos_Aires': 'America/Buenos_Aires',
  'America/Argentina/Catamarca': 'America/Catamarca',
  'America/Argentina/Cordoba': 'America/Cordoba',
  'America/Argentina/Jujuy': 'America/Jujuy',
  'America/Argentina/Mendoza': 'America/Mendoza',
  'America/Atikokan': 'America/Coral_Harbour',
  'America/Chicago': 'Austin Dallas Houston',
  'America/Indiana/Indianapolis': 'America/Indianapolis',
  'America/Kentucky/Louisville': 'America/Louisville',
  'America/Los_Angeles': 'San_Francisco Seattle',
  'America/New_York': 'Atlanta Boston Miami Philadelphia Washington',
  'America/Nuuk': 'America/Godthab',
  'America/Sao_Paulo': 'Rio_de_Janeiro Brasilia',
  'America/Toronto': 'Montreal Ottawa',
  'Asia/Dubai': 'Abu_Dhabi',
  'Asia/Ho_Chi_Minh': 'Asia/Saigon Hanoi',
  'Asia/Jerusalem': 'Tel_Aviv',
  'Asia/Kathmandu': 'Asia/Katmandu',
  'Asia/Kolkata': 'Asia/Calcutta Mumbai Bombay Delhi New_Delhi Bangalore Bengaluru Chennai Hyderabad',
  'Asia/Shanghai': 'Beijing Guangzhou Shenzhen',
  'Asia/Tokyo': 'Osaka',
  'Asia/Yangon': 'Asia/Rangoon',
  'Atlantic/Faroe': 'Atlantic/Faeroe',
  'Australia/Sydney': 'Canberra',
  'Europe/Berlin': 'Cologne Frankfurt Hamburg Munich',
  'Europe/Istanbul': 'Ankara',
  'Europe/Kyiv': 'Europe/Kiev',
  'Europe/London': 'Edinburgh Manchester',
  'Europe/Madrid': 'Barcelona',
  'Europe/Rome': 'Milan',
  'Europe/Zurich': 'Basel Geneva',
  'Pacific/Chuuk': 'Pacific/Truk',
  'Pacific/Kanton': 'Pacific/Enderbury',
  'Pacific/Pohnpei': 'Pacific/Ponape',
};

const PRESENT = new Map(
  Object.entries(OTHER_NAMES).flatMap(([zone, others]) => others.split(' ').map((other) => [other, zone] as const)),
);

export const presentName = (zone: string): string => PRESENT.get(zone) ?? zone;

/** The zones of the largest cities, roughly by size. */
const LARGEST_CITIES =
  'Asia/Tokyo Asia/Kolkata Asia/Shanghai Asia/Dhaka America/Sao_Paulo America/Mexico_City Africa/Cairo ' +
  'America/New_York Asia/Karachi Africa/Lagos America/Los_Angeles Europe/Moscow Asia/Jakarta Asia/Seoul Asia/Manila ' +
  'Europe/London Europe/Paris Europe/Istanbul America/Chicago Asia/Hong_Kong Asia/Singapore America/Toronto ' +
  'Europe/Berlin Australia/Sydney';

/** Loaded at the first use: loading them takes a tenth of the time in which the terminal program starts. */
let zones: readonly string[] | undefined;

function allZones(): readonly string[] {
  zones ??= [...new Set([...LARGEST_CITIES.split(' '), 'UTC', ...Intl.supportedValuesOf('timeZone').map(presentName)])];
  return zones;
}

const asWritten = (text: string): string => text.trim().toLowerCase().replaceAll(/\s+/g, '_');

/** Those whose name, or another name of which, contains the text, those of the largest cities first. */
export function zonesNamed(text: string): string[] {
  const wanted = asWritten(text);
  return allZones().filter((zone) => `${zone} ${OTHER_NAMES[zone] ?? ''}`.toLowerCase().includes(wanted));
}

/** The zone of a city: `new york` → America/New_York. */
export function zoneOfCity(text: string): string | undefined {
  const wanted = asWritten(text);
  return zonesNamed(text).find((zone) =>
    `${zone} ${OTHER_NAMES[zone] ?? ''}`
      .toLowerCase()
      .split(' ')
      .some((name) => name === wanted || name.endsWith(`/${wanted}`)),
  );
}
