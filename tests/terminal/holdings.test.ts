import { writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { temporaryHome } from '../support/tailcap.ts';
import { tailcapHere } from '../support/tailcap-here.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

const file = `${home}/positions.csv`;
writeFileSync(file, 'Symbol,Quantity,Currency\r\nNIMBIQ,10,USD\r\nGROCEM,5.5,USD\r\nCash,,USD\r\n');

async function ask(
  ...args: string[]
): Promise<{ readonly exitCode: number | null; readonly answer: Record<string, unknown> }> {
  const sample = ['allocate', '--universe', 'sample', '--loss', '8%', '--scenarios', '500', '--json'];
  const { exitCode, stdout } = await tailcapHere([...sample, ...args], home);
  const { seconds: _, ...answer }: Record<string, unknown> = JSON.parse(stdout);
  return { exitCode, answer };
}

it("gives the same trades for a broker's file and for the same holdings in words", async () => {
  const [fromFile, typed] = [await ask('--holdings', file), await ask('--holdings', 'NIMBIQ 10, GROCEM 5.5')];
  expect(fromFile).toEqual(typed);
  expect(typed).toMatchObject({ exitCode: 0, answer: { held: { currency: 'USD', cash: 0, shares: { NIMBIQ: 10 } } } });
  expect(typed.answer['trades']).toContainEqual(expect.objectContaining({ ticker: 'NIMBIQ', units: -10 }));
});

it('has the rates that were asked for apart from the money that the trades cost', async () => {
  const { answer } = await ask('--holdings', 'NIMBIQ 10, GROCEM 5.5', '--cost', '0.1%', '--max-turnover', '90%');
  expect(answer).toMatchObject({ cost: 0.001, maxTurnover: 0.9 });
  const { trades } = z.looseObject({ trades: z.array(z.object({ money: z.number() })) }).parse(answer);
  const traded = trades.reduce((sum, { money }) => sum + Math.abs(money), 0);
  expect(answer['tradesCost']).toBeCloseTo(traded * 0.001, 6);
});

it.each([
  [['--holdings', `${home}/none.csv`], 'there is no such file'],
  [['--holdings', 'NIMBIQ'], 'one number for each asset'],
  [['--holdings', 'NIMBIQ 1', '--amount', '5'], 'Give either amount or holdings'],
])('refuses %j in one sentence, as bad input', async (args, sentence) => {
  const { exitCode, answer } = await ask(...args);
  expect(exitCode).toBe(2);
  expect(answer).toMatchObject({ status: 'error', error: { option: 'holdings' } });
  expect(JSON.stringify(answer)).toContain(sentence);
});

const bought = async (...args: string[]) => (await ask(...args)).answer['bought'];

it('chooses whole shares by their expected profit where the money is little and the strategy seeks it', async () => {
  const [little, even] = [
    await bought('--amount', '500'),
    await bought('--amount', '500', '--strategy', 'equal-weight'),
  ];
  expect(little).toMatchObject({ isMostProfitable: true });
  expect(even).not.toHaveProperty('isMostProfitable');
  expect(await bought('--amount', '10000')).not.toHaveProperty('isMostProfitable');
});
