import { expect, it } from 'vitest';
import { otherSpellings, symbolHint } from '../../../src/prices/vendors/yahoo-symbols.ts';

it.each([
  ['BRK.B', ['BRK-B']],
  ['BRK/B', ['BRK-B']],
  ['BRK.A', ['BRK-A']],
  ['BF.B', ['BF-B']],
  ['BTC', ['BTC-USD']],
  ['ETHEUR', ['ETH-EUR']],
  ['BTC/USD', ['BTC-USD']],
  ['VOD.L', []],
  ['7203.T', []],
  ['OCDO.L', []],
  ['SAP.F', []],
  ['ABC.V', []],
  ['SAP.DE', []],
  ['BRK-B', []],
  ['AAPL', []],
  ['APPL', []],
])('%s may be spelled %j', (symbol, spellings) => {
  expect(otherSpellings(symbol)).toEqual(spellings);
});

it.each([
  ['NOPE', undefined],
  ['BRK-C', undefined],
  ['VODX.L', 'the suffix names the exchange, as in OCDO.L or SAP.DE'],
  ['7203', 'a share outside the USA has a suffix, as in 7203.T'],
  ['MICROSOFT', 'a symbol is needed, such as AAPL'],
  ['COCA COLA', 'a symbol is needed, such as AAPL'],
  ['^SPX500', 'an index is written ^GSPC'],
  ['EURXXX=X', 'an exchange rate is written EURUSD=X, a future GC=F'],
])('of %s it says %j', (symbol, hint) => {
  expect(symbolHint(symbol)).toBe(hint);
});
