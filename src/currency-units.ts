// Vendors quote some exchanges in a hundredth or a thousandth of the currency. People mean the currency itself.

/** A vendor's code, as a currency and how many of the code's units are one of it. */
export interface CurrencyUnit {
  /** ISO 4217. */
  readonly currency: string;
  readonly perUnit: number;
}

const PARTS: Readonly<Record<string, CurrencyUnit>> = {
  GBp: { currency: 'GBP', perUnit: 100 },
  GBX: { currency: 'GBP', perUnit: 100 },
  ZAc: { currency: 'ZAR', perUnit: 100 },
  ILA: { currency: 'ILS', perUnit: 100 },
  USX: { currency: 'USD', perUnit: 100 },
  KWF: { currency: 'KWD', perUnit: 1000 },
};

/** `GBp` → GBP, of which one is 100 `GBp`; a currency is its own unit. */
export const currencyUnit = (code: string): CurrencyUnit => PARTS[code] ?? { currency: code, perUnit: 1 };
