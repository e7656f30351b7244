// Writes docs/strategies.md from comparisons on prices of the command line, of which nothing is tuned:
// `node bench/strategies.ts [--limits 8%] [--strategies A,B] [--retrain 63] [--out FILE.md] sample@2021-01-04 prices.csv@2018-01-02..2024-06-28 …`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseLimit, parseStrategies } from '../src/commands/compare/options.ts';
import { DEFAULT_WALK } from '../src/commands/walk-options.ts';
import type { CompareRequest } from '../src/engine-service/requests.ts';
import { DEFAULTS, parseWhole, RANGES } from '../src/parse.ts';
import { openQuietApp } from './quiet-app.ts';
import { type ComparedSet, strategiesDocument } from './strategies-tables.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    limits: { type: 'string', default: DEFAULTS.compareLimit },
    strategies: { type: 'string' },
    retrain: { type: 'string', default: String(DEFAULTS.retrain) },
    out: { type: 'string', default: fileURLToPath(new URL('../docs/strategies.md', import.meta.url)) },
  },
});

/** `prices.csv@2018-01-02..2024-06-28`, or `sample@2021-01-04`. */
function setOf(text: string): { readonly name: string; readonly request: CompareRequest } {
  const [, file, from, until] = /^(.+)@(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?$/.exec(text) ?? [];
  if (file === undefined || from === undefined) throw new Error(`expected FILE.csv@FROM[..UNTIL], got ${text}`);
  const { offset: _, ...walk } = DEFAULT_WALK;
  return {
    name: basename(file, '.csv'),
    request: {
      ...walk,
      universe: file.endsWith('.csv') ? { kind: 'csv', file } : { kind: 'named', name: file },
      from,
      ...(until !== undefined && { until }),
      mandate: { horizonDays: DEFAULTS.horizon, constraints: [], risk: { alpha: DEFAULTS.alpha } },
      ...(values.strategies !== undefined && { strategies: parseStrategies(values.strategies) }),
      retrainDays: parseWhole(values.retrain, 'retrain', RANGES.retrain),
      limit: parseLimit(values.limits, 'terminal'),
      riskFree: 0,
    },
  };
}

const sets = positionals.map(setOf);
if (sets.length === 0) throw new Error('expected prices, such as sample@2021-01-04 or prices.csv@2018-01-02');
const home = mkdtempSync(join(tmpdir(), 'tailcap-strategies-'));
const app = await openQuietApp(home);
try {
  const made: ComparedSet[] = [];
  for (const { name, request } of sets) {
    const answer = await app.engine.compare(request);
    const failed = Object.entries(answer.comparison.strategies).filter((one) => one[1].failed > 0);
    if (failed.length > 0) throw new Error(`${name}: not all was decided by ${failed.map(([id]) => id).join(', ')}`);
    console.error(`${name}: ${answer.comparison.tried} strategies, ${answer.seconds.toFixed(0)} s`);
    made.push({ name, answer });
  }
  writeFileSync(values.out, strategiesDocument(made));
} finally {
  await app.close();
  rmSync(home, { recursive: true, force: true });
}
