import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listName } from '../../../src/prices/universes.ts';
import { temporaryHome } from '../../support/tailcap.ts';
import { tailcapHere } from '../../support/tailcap-here.ts';
import { chartBody, startVendor, weekdayBars, type Vendor } from '../../support/vendor.ts';

const { home, remove } = temporaryHome();
const models = join(home, 'models');
const NAME = listName({ tickers: ['AAA', 'BBB'] });

let vendor: Vendor;
beforeAll(async () => {
  vendor = await startVendor();
  // Volatile and of no momentum, so that the training soon stops.
  ['AAA', 'BBB'].forEach((ticker, j) => {
    const bars = weekdayBars('2022-01-03', 502).map(
      ([day], t) => [day, 100 + 9 * Math.sin(7919 * (t + 1) * (j + 1))] as const,
    );
    vendor.answer(ticker, [{ body: chartBody(bars) }]);
  });
});
afterAll(async () => {
  await vendor.close();
  remove();
});

const train = async (name: string) => {
  const env = { MODELS_DIR: models, YAHOO_URL: vendor.url };
  const { exitCode, stdout } = await tailcapHere(['train', '--universe', name, '--json'], home, env);
  return { exitCode, json: JSON.parse(stdout) };
};

describe('train --universe tickers-…', () => {
  it('trains the tickers of that model, though it is damaged', async () => {
    const damaged = join(models, NAME, 'filtered', 'damaged', '2024-01-02-00000000');
    mkdirSync(damaged, { recursive: true });
    writeFileSync(join(damaged, 'manifest.json'), '{"tickers":["AAA","BBB"]}');
    const { exitCode, json } = await train(NAME);
    expect({ exitCode, json }).toMatchObject({ exitCode: 0, json: { status: 'trained', universe: NAME } });
    expect(readdirSync(join(models, NAME, 'filtered'))).toContain(json.version);
  });

  it('says in one sentence that the tickers are not known, where no model tells them', async () => {
    const lost = 'tickers-0123456789ab';
    for (const text of ['{', '{"tickers":["AAA","CCC"]}']) {
      const version = join(models, lost, 'filtered', '2024-01-02-00000000');
      mkdirSync(version, { recursive: true });
      writeFileSync(join(version, 'manifest.json'), text);
      expect(await train(lost)).toEqual({
        exitCode: 2,
        json: expect.objectContaining({
          error: expect.objectContaining({
            code: 'universes.tickers-unknown',
            message: `No model of ${lost} tells its tickers any more: name them, --tickers A,B,C.`,
          }),
        }),
      });
    }
  });
});
