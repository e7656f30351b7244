// `npm run bench` runs these benches one after another and prints one table. Nothing else should run meanwhile. The other
// programs of this folder are run by hand.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { benchAllocate } from './allocate.ts';
import { benchBacktest } from './backtest.ts';
import { benchBot } from './bot.ts';
import { type Bench, tableOf } from './figures.ts';
import { benchFlood } from './flood.ts';
import { benchForest } from './forest.ts';
import { benchFrontier } from './frontier.ts';
import { benchGrowth } from './growth.ts';
import { benchLstm } from './lstm.ts';
import { describeMachine, machineSlug } from './machine.ts';
import { benchOptimizer } from './optimizer.ts';
import { benchPaths } from './paths.ts';
import { hasFailed, runParts } from './parts.ts';
import { findPeers } from './peers.ts';
import { benchQuality } from './quality.ts';
import { benchRecordTime } from './record-time.ts';
import { benchScenarios } from './scenarios.ts';
import { benchStacked } from './stacked.ts';

const benches: Readonly<Record<string, Bench>> = {
  optimizer: benchOptimizer,
  forest: benchForest,
  frontier: benchFrontier,
  growth: benchGrowth,
  lstm: benchLstm,
  stacked: benchStacked,
  paths: benchPaths,
  quality: benchQuality,
  scenarios: benchScenarios,
  allocate: benchAllocate,
  backtest: benchBacktest,
  record: benchRecordTime,
  bot: benchBot,
  flood: benchFlood,
};

function writeResult(name: string, text: string): void {
  const folder = fileURLToPath(new URL('results/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${name}.md`, text);
}

const day = new Date().toISOString().slice(0, 10);
const machine = describeMachine(findPeers().note);
const started = performance.now();
const outcome = await runParts(benches, (line) => console.error(line));
const took = `- Took ${((performance.now() - started) / 60_000).toFixed(1)} minutes`;
const text = [`# Bench of ${day}`, '', ...machine, took, ...outcome.notes, '', tableOf(outcome.figures)].join('\n');
writeResult(`${day}-${machineSlug()}`, text);
process.stdout.write(text);
if (hasFailed(outcome)) process.exitCode = 1;
