// How Yahoo Finance writes symbols.

/** What it could know. Other words are names. */
const SYMBOL = /^[A-Z0-9.^=&-]{1,20}$/;

/** One-letter suffixes of exchanges: Frankfurt, London, Tokyo and the TSX Venture. */
const EXCHANGES = 'FLTV';
const CLASS_OF_SHARES = new RegExp(String.raw`^([A-Z]{1,5})(?:/|\.(?![${EXCHANGES}]$))([A-Z])$`);

/** The largest coins. Any other word may be a coin too, but more often it is a symbol with a slip. */
const COINS = new Set(
  (
    'AAVE ADA ALGO ATOM AVAX BCH BNB BTC DAI DASH DOGE DOT EOS ETC ETH FIL HBAR ICP INJ LINK LTC MKR NEAR OP SHIB ' +
    'SOL TRX USDC USDT VET XLM XMR XRP XTZ ZEC'
  ).split(' '),
);
const COIN_PAIR = /^([A-Z]{2,5})\/?(USD|EUR|GBP|JPY|CAD|AUD|CHF)$/;

export const isSymbol = (text: string): boolean => SYMBOL.test(text);

/** `BRK.B` or `BRK/B` → BRK-B, but not `VOD.L`; `BTC` → BTC-USD; `BTCEUR` → BTC-EUR. */
export function otherSpellings(symbol: string): readonly string[] {
  const [, share, shareClass] = CLASS_OF_SHARES.exec(symbol) ?? [];
  if (share !== undefined) return [`${share}-${shareClass}`];
  if (COINS.has(symbol)) return [`${symbol}-USD`];
  const [, coin = '', currency] = COIN_PAIR.exec(symbol) ?? [];
  return COINS.has(coin) ? [`${coin}-${currency}`] : [];
}

/** What to look at when it does not know a symbol; undefined where it may be a symbol of the USA. */
export function symbolHint(symbol: string): string | undefined {
  if (symbol.includes('.')) return 'the suffix names the exchange, as in OCDO.L or SAP.DE';
  if (/^\d+$/.test(symbol)) return 'a share outside the USA has a suffix, as in 7203.T';
  if (symbol.includes('=')) return 'an exchange rate is written EURUSD=X, a future GC=F';
  if (symbol.startsWith('^')) return 'an index is written ^GSPC';
  return /^[A-Z]{1,5}(-[A-Z]+)?$/.test(symbol) ? undefined : 'a symbol is needed, such as AAPL';
}
