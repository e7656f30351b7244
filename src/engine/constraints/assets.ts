// Whether two names mean one asset: a vendor spells BRK.B as BRK-B, and BTC as BTC-USD.

const spellingOf = (name: string): string => name.toUpperCase().replace(/^\$/, '').replaceAll(/[./]/g, '-');

export function isSameAsset(one: string, other: string): boolean {
  const [a, b] = [spellingOf(one), spellingOf(other)];
  return a === b || `${a}-USD` === b || a === `${b}-USD`;
}
