// Inputs that once went wrong, through the terminal. The files lie outside the project; without them this is skipped.
import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { describeShared, sharedFile } from '../support/shared.ts';
import { temporaryHome } from '../support/tailcap.ts';
import { tailcapHere } from '../support/tailcap-here.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

async function ask(line: string, file: string) {
  const args = line.split(' ').map((arg) => (arg === 'F' ? sharedFile(`cases/${file}`) : arg));
  const { exitCode, stdout } = await tailcapHere([...args, '--json'], home, { MODELS_DIR: `${home}/models` });
  return { exitCode, json: JSON.parse(stdout) };
}

describeShared('inputs that went wrong', () => {
  it.each([
    [
      'ohlcv-620-days.csv',
      'allocate --prices F --loss 10%',
      'csv.one-ticker',
      'is the table of one ticker (Open, High,',
    ],
    [
      'scenarios-with-counter.csv',
      'solve --scenarios-file F --loss 8%',
      undefined,
      'the column scenario counts the rows',
    ],
    ['scenarios-in-percent.csv', 'solve --scenarios-file F --loss 8%', undefined, 'are these percent?'],
    ['scenarios-semicolon.csv', 'solve --scenarios-file F --loss 8%', undefined, 'separated by semicolons'],
    ['scenarios-too-large.csv', 'solve --scenarios-file F --loss 8%', undefined, 'at most 1,000,000'],
    ['scenarios-hexadecimal.csv', 'solve --scenarios-file F --loss 8%', undefined, 'got "0x10"'],
    ['seven-assets.csv', 'solve --scenarios-file F --loss 8% --max-weight 100', undefined, 'write 100% or 1.0.'],
  ])('are refused with one sentence: %s', async (file, line, code, sentence) => {
    const { exitCode, json } = await ask(line, file);
    expect(exitCode).toBe(2);
    expect(json.error).toMatchObject({ kind: 'input', message: expect.stringContaining(sentence) });
    expect(json.error.code).toBe(code);
  });

  it.each([
    [
      'ohlcv-4-days.csv',
      'metrics --prices F',
      { tickers: ['ohlcv-4-days'], totalReturn: expect.closeTo(104 / 101 - 1, 9) },
    ],
    ['tiingo-3-days.csv', 'metrics --prices F', { totalReturn: expect.closeTo(103 / 101 - 1, 9) }],
    ['crypto-doubles-in-2023.csv', 'metrics --prices F', { annualReturn: expect.closeTo(1, 9) }],
    ['crypto-week-ends-friday.csv', 'metrics --prices F --frequency weekly', { prices: { until: '2024-01-14' } }],
    [
      'names-differ-by-case.csv',
      'metrics --prices F --tickers CPA',
      { tickers: ['CPA'], totalReturn: expect.closeTo(0.01, 9) },
    ],
    ['timestamps-with-zone.csv', 'metrics --prices F', { prices: { until: '2024-01-03' } }],
    ['missing-as-null.csv', 'metrics --prices F', { prices: { until: '2024-01-04' } }],
    ['european.csv', 'metrics --prices F', { tickers: ['AAA', 'BBB'] }],
    ['yfinance-two-headers.csv', 'metrics --prices F', { tickers: ['AAA', 'BBB'] }],
    ['utf-16.csv', 'metrics --prices F', { tickers: ['AAA', 'BBB'] }],
    [
      'six-holidays-in-a-row.csv',
      'prices --prices F',
      {
        notes: expect.arrayContaining([
          'CCC has no price on 6 days in a row, 2022-09-29 to 2022-10-06: taken for holidays, so the close before was used.',
        ]),
      },
    ],
    ['scenarios-numeric-tickers.csv', 'solve --scenarios-file F --loss 8%', { status: 'optimal' }],
    ['seven-assets.csv', 'solve --scenarios-file F --loss 8% --max-weight 0.14285714', { status: 'optimal' }],
    ['cash-exact.csv', 'allocate --prices F --loss 10% --scenarios 200', { status: 'optimal' }],
    [
      'delisted-after-the-as-of-day.csv',
      'allocate --prices F --loss 10% --as-of 2023-04-21 --scenarios 200',
      { status: 'optimal' },
    ],
    [
      'gap-after-the-as-of-day.csv',
      'allocate --prices F --loss 10% --as-of 2023-04-21 --scenarios 200',
      { status: 'optimal' },
    ],
  ])('are answered: %s', async (file, line, answer) => {
    const { exitCode, json } = await ask(line, file);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject(answer);
  });

  it.each([
    ['frozen-60-days.csv', 'allocate --prices F --loss 9% --allow frozen', 'CCC does not move from 2023-02-27'],
    ['reverse-split-unadjusted.csv', 'allocate --prices F --loss 90% --allow jumps', 'BBB ×9.90 on 2023-03-13'],
    ['split-3-for-2-unadjusted.csv', 'allocate --prices F --loss 20%', 'BBB −33% on 2022-02-28'],
  ])('are answered with a word: %s', async (file, line, note) => {
    const { exitCode, json } = await ask(`${line} --scenarios 200`, file);
    expect([exitCode, json.prices.notes]).toEqual([0, [expect.stringContaining(note)]]);
  });

  it('are measured with a word: reverse-split-unadjusted.csv', async () => {
    const { json } = await ask('metrics --prices F', 'reverse-split-unadjusted.csv');
    expect(json.prices.notes).toEqual([expect.stringContaining('BBB ×9.90 on 2023-03-13')]);
  });

  it('are described: split-3-for-2-unadjusted.csv', async () => {
    const { json } = await ask('prices --prices F', 'split-3-for-2-unadjusted.csv');
    expect(json.assets[1].jumps).toEqual([
      { date: '2022-02-28', ratio: expect.closeTo(0.672, 3), kind: 'possible-split' },
    ]);
  });

  it('include shares beside a coin, whose risk is that of their own days', async () => {
    const [weekdays, all] = [`${home}/weekdays.csv`, `${home}/all.csv`];
    await ask(`scenarios --prices F --scenarios 200 --out ${weekdays}`, 'shares-beside-bitcoin-weekdays.csv');
    await ask(`scenarios --prices F --scenarios 200 --out ${all}`, 'shares-beside-bitcoin.csv');
    expect(readFileSync(all, 'utf8')).toBe(readFileSync(weekdays, 'utf8'));
  });

  it('include a share that loses 30 % on some days, in scenarios too', async () => {
    const out = `${home}/crash.csv`;
    await ask(`scenarios --prices F --scenarios 1000 --horizon 1 --out ${out}`, 'crash-days-of-30-percent.csv');
    const jumpy = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => Number(row.split(',')[1]));
    const worst = jumpy.toSorted((a, b) => a - b).slice(0, 20);
    expect(worst.reduce((sum, r) => sum - r / 20, 0)).toBeGreaterThan(0.26);
  });

  it('include an index, which nothing buys', async () => {
    const { json } = await ask('allocate --prices F --loss 10% --scenarios 200', 'index-column.csv');
    expect(Object.keys(json.weights)).toEqual(['AAA', 'BBB']);
  });

  it('include numeric tickers, which solve reads as scenarios wrote them', async () => {
    const out = `${home}/scenarios.csv`;
    await ask(`scenarios --prices F --scenarios 200 --out ${out}`, 'numeric-tickers-620-days.csv');
    expect((await ask(`solve --scenarios-file ${out} --loss 50%`, '')).json.status).toBe('optimal');
  });
});
