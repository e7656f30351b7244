// Choices offered while an option is typed.

export interface AutocompleteChoice {
  /** The text shown, at most 100 characters. */
  readonly name: string;
  readonly value: string;
}

/** The choices whose name contains the typed text, ignoring case. */
export function matching(choices: readonly AutocompleteChoice[], typed: string): AutocompleteChoice[] {
  const wanted = typed.trim().toLowerCase();
  return choices.filter(({ name }) => name.toLowerCase().includes(wanted));
}

/** Loaded at the first use: loading them takes a tenth of the time in which the terminal program starts. */
let zones: readonly string[] | undefined;

function timeZones(): readonly string[] {
  zones ??= ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
  return zones;
}

/** Time zones: `new york` finds America/New_York. */
export function completeTimeZone(typed: string) {
  const choices = timeZones().map((zone) => ({ name: zone, value: zone }));
  return matching(choices, typed.trim().replaceAll(' ', '_'));
}

/** Currencies: `fra` finds the Swiss franc, `eur` the euro first. */
export function completeCurrency(typed: string, codes: readonly string[]) {
  const names = new Intl.DisplayNames('en-GB', { type: 'currency' });
  const wanted = typed.trim().toLowerCase();
  const choices = codes.map((code) => ({ name: `${code}: ${names.of(code)}`, value: code }));
  const isExact = (code: string): number => Number(code.toLowerCase() === wanted);
  return matching(choices, typed).toSorted((a, b) => isExact(b.value) - isExact(a.value));
}
