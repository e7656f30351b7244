// `npm run bench` runs these benches one after another and prints one table. Nothing else should run meanwhile. The other
// programs of this folder are run by hand.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { benchAllocate } from './allocate.ts';
import { collect } from './alone.ts';
import { benchBacktest } from './backtest.ts';
import { benchBot } from './bot.ts';
import { type Bench, type Figure, hasMissed, tableOf } from './figures.ts';
import { benchFrontier } from './frontier.ts';
import { benchGrowth } from './growth.ts';
import { benchLstm } from './lstm.ts';
import { describeMachine, machineSlug } from './machine.ts';
import { benchOptimizer } from './optimizer.ts';
import { benchPaths } from './paths.ts';
import { findPeers } from './peers.ts';
import { benchQuality } from './quality.ts';
import { benchRecordTime } from './record-time.ts';
import { benchScenarios } from './scenarios.ts';
import { secondsOf } from './timing.ts';

const benches: Readonly<Record<string, Bench>> = {
  optimizer: benchOptimizer,
  frontier: benchFrontier,
  growth: benchGrowth,
  lstm: benchLstm,
  paths: benchPaths,
  quality: benchQuality,
  scenarios: benchScenarios,
  allocate: benchAllocate,
  backtest: benchBacktest,
  record: benchRecordTime,
  bot: benchBot,
};

/** A failed bench is noted in the result; the others still run. */
async function runAll(report: (line: string) => void) {
  const figures: Figure[] = [];
  const notes: string[] = [];
  for (const [name, bench] of Object.entries(benches)) {
    report(`${name} …`);
    const seconds = await secondsOf(async () => {
      try {
        figures.push(...(await collect(bench, report)));
      } catch (error) {
        report(error instanceof Error ? String(error.stack) : String(error));
        notes.push(`- FAILED: ${name}: ${String(error)}`);
      }
    });
    report(`${name} took ${seconds.toFixed(0)} s`);
  }
  return { figures, notes };
}

function writeResult(name: string, text: string): void {
  const folder = fileURLToPath(new URL('results/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${name}.md`, text);
}

const day = new Date().toISOString().slice(0, 10);
const machine = describeMachine(findPeers().note);
const started = performance.now();
const { figures, notes } = await runAll((line) => console.error(line));
const took = `- Took ${((performance.now() - started) / 60_000).toFixed(1)} minutes`;
const text = [`# Bench of ${day}`, '', ...machine, took, ...notes, '', tableOf(figures)].join('\n');
writeResult(`${day}-${machineSlug()}`, text);
process.stdout.write(text);
if (notes.length > 0 || figures.some(hasMissed)) process.exitCode = 1;
