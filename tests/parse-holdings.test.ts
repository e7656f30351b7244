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
    ['cash 5.000 USD, AAPL 5,5', 'AAPL 5.5, USD 5000'],
    ['cash 5.000 USD; cash 1.234,50 EUR', 'USD 5000, EUR 1234.5'],
    ['cash 5.000 USD, AAPL 5.5', 'AAPL 5.5, USD 5'],
    ['AAPL 1.234.567, MSFT 0.125', 'AAPL 1234567, MSFT 0.125'],
    ['Symbol;Menge;Währung\nAAPL;1.250;USD\nMSFT;5,5;USD', 'AAPL 1250, MSFT 5.5'],
    ['Symbole;Quantité;Devise\nAAPL;10;USD', 'AAPL 10'],
    ['Símbolo;Cantidad;Divisa\nAAPL;10;USD', 'AAPL 10'],
    ['Symbol,Quantity\nAAPL,1.234', 'AAPL 1.234'],
    ['Financial Instrument,Currency,Position\nAAPL,USD,10\nMSFT,USD,5', 'AAPL 10, MSFT 5'],
    ['Wertpapier;Symbol;Stück;Kurs\nApple Inc.;AAPL;10;190,5\nMicrosoft;MSFT;5,5;400', 'AAPL 10, MSFT 5.5'],
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
    ['cash 5.000 USD', '"5.000" may be 5 or 5000: write 5 or 5000; got "cash 5.000 USD"'],
    ['AAPL 1.234', '"1.234" may be 1.234 or 1234: write 1.2340 or 1234'],
    ['Symbol;Menge\nAAPL;1.234', 'line 2: "1.234" may be 1.234 or 1234'],
    ['Papier;Menge\nAAPL;10', 'expected a column of symbols (Symbol); got "Papier, Menge"'],
    ['Paper,Count\nAAPL,10', 'expected a column of symbols (Symbol) and one of units (Quantity)'],
    ['AAPL 2000000000000', 'numbers up to 1,000,000,000,000; got more of AAPL'],
    ['AAPL 900000000000, AAPL 900000000000', 'numbers up to 1,000,000,000,000; got more of AAPL'],
    [`${'A'.repeat(3000)} 5`, `got "${'A'.repeat(99)}…"`],
    ['A\u0000\u001b[2J 5', 'got "A [2J"'],
  ])('refuses %j in one sentence', (text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });
});

/** As brokers write them, with invented rows. */
const SCHWAB = `"Positions for account Individual ...123 as of 10:00 AM ET, 2026/11/20"

"Symbol","Description","Qty (Quantity)","Price","Mkt Val (Market Value)","Security Type"
"AAPL","APPLE INC","1,010","$190.10","$192,001.00","Equity"
"VOO","VANGUARD S&P 500","5.25","$500.00","$2,625.00","ETFs & Closed End Funds"
"Cash & Cash Investments","--","--","--","$1,234.56","Cash and Money Market"
"Account Total","--","--","--","$195,860.56","--"
`;
const SCHWAB_ALL = `"Positions for All-Accounts as of 10:00 AM ET, 11/20/2026"

"First IRA ...1234"
"Symbol","Description","Qty (Quantity)","Price","Mkt Val (Market Value)","Cost Basis","Asset Type",
"AAPL","APPLE INC","10","$190.10","$1,901.00","$1,500.00","Equity",
"Futures Cash","--","--","--","$0.00","--","--",
"Futures Positions Market Value","--","--","--","$0.00","--","--",
"Cash & Cash Investments","--","--","--","$100.50","--","Cash and Money Market",
"Positions Total","","--","--","$2,001.50","$1,500.00","--",

"Second ...5678"
"Symbol","Description","Qty (Quantity)","Price","Mkt Val (Market Value)","Cost Basis","Asset Type",
"KO","COCA COLA CO","1,250","$60.00","$75,000.00","$50,000.00","Equity",
"Positions Total","","--","--","$75,000.00","$50,000.00","--",
`;
const FIDELITY = `\uFEFFAccount number,Account name,Symbol,Description,Quantity,Last price,Last price change,Current value,Today's gain/loss dollar,Today's gain/loss percent,Total gain/loss dollar,Total gain/loss percent,Percent of account,Cost basis total,Average cost basis,Type
X1,Individual - TOD,SPAXX**,HELD IN MONEY MARKET,,,,$2000.10,,,,,50.00%,,,Cash,
X1,Individual - TOD,FDRXX**,HELD IN MONEY MARKET,100,$1.00,,$100.00,,,,,1.00%,,,Cash,
X1,Individual - TOD,MSFT,MICROSOFT CORP,12,$400.00,+$1.00,"$4,800.00",+$12.00,+0.25%,+$800.00,+20.00%,40.00%,$4000.00,$333.33,Margin,
2,ROTH IRA,MSFT,MICROSOFT CORP,0.5,$400.00,+$1.00,$200.00,+$0.50,+0.25%,--,--,9.00%,--,--,Cash,
X1,Individual - TOD,Pending activity,,,,,$-10.00,,,,,,,,,

"The data and information in this spreadsheet is provided to you solely for your use, and is not for distribution."

"Date downloaded Nov-20-2026 10:00 a.m ET"
`;
const IBKR = `Statement,Header,Field Name,Field Value
Statement,Data,BrokerName,Interactive Brokers Ireland Limited
Statement,Data,Period,"January 1, 2026 - November 20, 2026"
Account Information,Header,Field Name,Field Value
Account Information,Data,Base Currency,CHF
Net Asset Value,Header,Asset Class,Prior Total,Current Long,Current Short,Current Total,Change
Net Asset Value,Data,Cash ,0,1,0,1,1
${'Change in NAV,Data,Other,1\n'.repeat(20)}Cash Report,Header,Currency Summary,Currency,Total,Securities,Futures,
Cash Report,Data,Starting Cash,Base Currency Summary,0,0,0,
Cash Report,Data,Ending Cash,Base Currency Summary,2786.4,2786.4,0,
Cash Report,Data,Ending Cash,CHF,1185.39,1185.39,0,
Cash Report,Data,Ending Cash,USD,"1,498.71","1,498.71",0,
Cash Report,Data,Ending Settled Cash,USD,9,9,0,
Open Positions,Header,DataDiscriminator,Asset Category,Currency,Symbol,Quantity,Mult,Cost Price,Cost Basis,Close Price,Value,Unrealized P/L,Code
Open Positions,Data,Summary,Stocks,USD,AAPL,10,1,150,1500,190,1900,400,
Open Positions,Data,Lot,Stocks,USD,AAPL,6,1,150,900,190,1140,240,
Open Positions,Data,Lot,Stocks,USD,AAPL,4,1,150,600,190,760,160,
Open Positions,Data,Summary,Stocks,EUR,SAP,4,1,120,480,200,800,320,
Open Positions,Total,,Stocks,USD,,,,,1500,,1900,400,
Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,C. Price,Proceeds,Comm/Fee,Basis,Realized P/L,MTM P/L,Code
Trades,Data,Order,Stocks,USD,NVDA,"2026-01-05, 10:31:00",99,150,150,-14850,-1,14851,0,0,O
`;
const IBKR_ONE = `Statement,Header,Field Name,Field Value
Account Information,Header,Field Name,Field Value
Account Information,Data,Base Currency,EUR
Cash Report,Header,Currency Summary,Currency,Total,Month to Date,Year to Date,
Cash Report,Data,Ending Cash,Base Currency Summary,63.97,,,
Open Positions,Header,DataDiscriminator,Asset Category,Currency,Symbol,Quantity,Mult,Cost Price
Open Positions,Data,Summary,Stocks,EUR,SAP,4,1,120
`;
const VANGUARD = `Account Number,Investment Name,Symbol,Shares,Share Price,Total Value,
1,VANGUARD TOTAL STOCK,VTI,7.125,250,"1,781.25",
1,VANGUARD FEDERAL MONEY MARKET FUND,VMFXX,500.5,1.00,500.50,
1,CASH,,50,1,50,


Account Number,Trade Date,Settlement Date,Transaction Type,Transaction Description,Investment Name,Symbol,Shares,Share Price,Principal Amount,Commissions and Fees,Net Amount,Accrued Interest,Account Type,
1,2026-01-02,2026-01-04,Buy,Buy,VANGUARD TOTAL STOCK,VTI,1,250,-250,0,-250,0,CASH,
`;
const ETRADE = `Account Summary
Account,Net Account Value,Total Gain $,Total Gain %
Brokerage -1234,"3,095.50",1,2

View Summary - PositionsSimple
Symbol,Last Price $,Change $,Change %,Qty #,Price Paid $,Day's Gain $,Total Gain $,Total Gain %,Value $
NKE,70.00,0.10,0.2,"1,003",60.00,1,30,16,210
CASH,,,,,,,,,99.5
TOTAL,,,,,,,,,309.5
Generated at Nov 20 2026 10:00 AM ET
`;
const TRADING_212 = `Slice,Name,Invested value,Value,Result,Owned quantity,Dividends gained,Dividends cash,Dividends reinvested
AAPL,Apple,1000,1100,100,4.25,N/A,N/A,N/A
Total,,1000,1100,100,,0,0,0
`;
const GERMAN = 'Ticker;Name;Anzahl;Currency\nSAP.DE;SAP SE;1.250,5;EUR\nCash;;300,25;EUR\n';
const DEGIRO_CASH = 'CASH & CASH FUND & FTX CASH (EUR),,,,EUR,"1.182,89","1182,89"\n';
const DEGIRO = `Product,Symbool/ISIN,Aantal,Slotkoers,Lokale waarde,,Waarde in EUR\n${DEGIRO_CASH}`;

describe("a broker's file", () => {
  it.each([
    ['Charles Schwab', SCHWAB, 'AAPL 1010, VOO 5.25, money 1234.56'],
    ['several accounts at Charles Schwab', SCHWAB_ALL, 'AAPL 10, KO 1250, money 100.5'],
    ['Fidelity', FIDELITY, 'MSFT 12.5, money 2100.1'],
    ['Interactive Brokers', IBKR, 'AAPL 10, SAP 4, CHF 1185.39, USD 1498.71'],
    ['Interactive Brokers, in one currency', IBKR_ONE, 'SAP 4, EUR 63.97'],
    ['Vanguard', VANGUARD, 'VTI 7.125, money 550.5'],
    ['E*TRADE', ETRADE, 'NKE 1003, money 99.5'],
    ['Trading 212', TRADING_212, 'AAPL 4.25'],
    ['DEGIRO, of cash alone', DEGIRO, 'EUR 1182.89'],
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
    [
      `${DEGIRO}ISHARES,IE00B4L5Y983,10,"59,44",EUR,"594,40","594,40"\n`,
      'line 3, takes symbols such as AAPL; "IE00B4L5Y983" is an ISIN',
    ],
    [
      'Action,Time,ISIN,Ticker,Name,No. of shares\nMarket buy,2026-01-02,US0378331005,AAPL,Apple,1\n',
      'line 1: this is a list of transactions; export your positions',
    ],
    [
      '"Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity"\n1,1,1,AAPL,A,Buy,5\n',
      'this is a list of transactions',
    ],
    ['Statement,Header,Field Name,Field Value\nTrades,Header,a,b\n', 'this statement has no table of open positions'],
    [IBKR.replace('USD,"1,498.71"', 'USD,-498.71'), 'line 32: expected cash of 0 or more, got "-498.71"'],
    [IBKR.replace('SAP,4', 'SAP,-4'), 'got "-4"'],
  ])('that cannot be understood names its line: %j', (text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });
});
