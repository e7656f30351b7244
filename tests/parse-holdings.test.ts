import { describe, expect, it } from 'vitest';
import { parseHoldings } from '../src/parse-holdings.ts';

const read = (text: string) => {
  const { positions, cash } = parseHoldings(text, 'holdings');
  return [
    ...positions.map(({ ticker, units }) => `${ticker} ${units}`),
    ...cash.map(({ amount, currency = 'money' }) => `${currency} ${amount}`),
  ].join(', ');
};

describe('holdings as people type them', () => {
  it.each([
    ['AAPL 10, MSFT 5.5, cash 500 USD', 'AAPL 10, MSFT 5.5, USD 500'],
    ['aapl: 10; msft=5,5', 'AAPL 10, MSFT 5.5'],
    ['10 AAPL, 1,250 MSFT,BRK.B 3', 'AAPL 10, MSFT 1250, BRK.B 3'],
    ['10 shares of AAPL, 5x MSFT\nNVDA x2', 'AAPL 10, MSFT 5, NVDA 2'],
    ['AAPL 10, AAPL 2.5, cash 1, cash 2', 'AAPL 12.5, money 3'],
    ['$500, 20€, 7 CHF, cash 9 THB', 'USD 500, EUR 20, CHF 7, THB 9'],
    ['$AAPL 10, 5 $msft, $USD 7, 8$', 'AAPL 10, MSFT 5, USD 15'],
    ['ALL 3, X 4, BTC-USD 0,25', 'ALL 3, X 4, BTC-USD 0.25'],
  ])('reads %j', (text, held) => {
    expect(read(text)).toBe(held);
  });

  it.each([
    ['', 'got nothing'],
    ['AAPL', 'one number for each asset, such as "AAPL 10, MSFT 5.5, cash 500 USD"; got "AAPL"'],
    ['AAPL 10 MSFT 5', 'one number for each asset'],
    ['coca cola 5', 'one symbol and one number for each asset'],
    ['AAPL -5', 'what you own: no short positions and no debts; got "AAPL -5"'],
    ['cash -100 USD', 'no short positions and no debts'],
    ['AAPL 0', 'numbers above 0'],
    ['AAPL 1,2,3', 'numbers above 0'],
    ['cash 5 XYZ', 'such as cash 500 USD; got "cash 5 XYZ"'],
    ['US0378331005 5', '"US0378331005" is an ISIN: write the symbol instead.'],
    ['A#B 5', 'got "A#B"'],
  ])('refuses %j in one sentence', (text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });
});

const SCHWAB = `"Positions for account Individual ...123 as of 10:00 AM ET, 2026/11/20"

"Symbol","Description","Qty (Quantity)","Price","Mkt Val (Market Value)","Security Type"
"AAPL","APPLE INC","1,010","$190.10","$192,001.00","Equity"
"VOO","VANGUARD S&P 500","5.25","$500.00","$2,625.00","ETFs & Closed End Funds"
"Cash & Cash Investments","--","--","--","$1,234.56","Cash and Money Market"
"Account Total","--","--","--","$195,860.56","--"
`;
const FIDELITY = `Account Number,Account Name,Symbol,Description,Quantity,Last Price,Current Value,Type
X1,Individual,SPAXX**,HELD IN MONEY MARKET,,,$2000.10,Cash,
X1,Individual,MSFT,MICROSOFT CORP,12,$400.00,$4800.00,Margin,
X1,Individual,Pending Activity,,,,$10.00,

"The data is provided for information only, and as it is."
Date downloaded 11/20/2026 10:00 am
`;
const IBKR = `Statement,Header,Field Name,Field Value
Open Positions,Header,DataDiscriminator,Asset Category,Currency,Symbol,Quantity,Mult,Cost Price
Open Positions,Data,Summary,Stocks,USD,AAPL,10,1,150
Open Positions,Data,Summary,Stocks,EUR,SAP,4,1,120
Open Positions,Total,,Stocks,USD,,,,
Trades,Data,Order,Stocks,USD,NVDA,99,1,1
`;
const VANGUARD = `Account Number,Investment Name,Symbol,Shares,Share Price,Total Value,
1,VANGUARD TOTAL STOCK,VTI,7.125,250,1781.25,
1,CASH,,50,1,50,

Account Number,Trade Date,Transaction Type,Investment Name,Symbol,Shares,
1,2026-01-02,Buy,VANGUARD TOTAL STOCK,VTI,1,
`;
const ETRADE = 'Symbol,Last Price $,Quantity,Value $\nNKE,70,3,210\nCASH,,,99.5\nTOTAL,,,309.5\n';
const GERMAN = 'Ticker;Name;Shares;Currency\nSAP.DE;SAP SE;1.250,5;EUR\nCash;;300,25;EUR\n';

describe("a broker's file", () => {
  it.each([
    ['Charles Schwab', SCHWAB, 'AAPL 1010, VOO 5.25, money 1234.56'],
    ['Fidelity', FIDELITY, 'MSFT 12, money 2000.1'],
    ['Interactive Brokers', IBKR, 'AAPL 10, SAP 4'],
    ['Vanguard', VANGUARD, 'VTI 7.125, money 50'],
    ['E*TRADE', ETRADE, 'NKE 3, money 99.5'],
    ['one with semicolons and decimal commas', GERMAN, 'SAP.DE 1250.5, EUR 300.25'],
    ['one of two columns', '\uFEFFticker,units\r\nAAPL,10\r\nAAPL,1\r\n', 'AAPL 11'],
  ])('of %s is read', (_broker, text, held) => {
    expect(read(text)).toBe(held);
  });

  it.each([
    ['Symbol,Quantity\nAAPL,ten\n', 'holdings, line 2: expected the number of units of AAPL, 0 or more, got "ten".'],
    ['Symbol,Quantity\nAAPL,-10\n', 'got "-10"'],
    ['Symbol,Quantity\nAAPL,1\nUS0378331005,1\n', 'holdings, line 3, takes symbols such as AAPL; "US0378331005"'],
    ['Symbol,Quantity,Value\nAAPL,,100\n', 'line 2: expected the number of units of AAPL, got none.'],
    ['Symbol,Quantity\n', 'got nothing'],
  ])('that cannot be understood names its line: %j', (text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });
});
