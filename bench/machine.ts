import { cpus, loadavg, totalmem } from 'node:os';

const model = (): string => (cpus()[0]?.model ?? 'unknown').trim();

/** The kind of machine, for a file name. */
export function machineSlug(): string {
  return model()
    .toLowerCase()
    .replace(/\((r|tm)\)/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** The machine and its present load, as lines for people. @param peers what is compared with (peers.ts) */
export function describeMachine(peers: string): string[] {
  return [
    `- Processor: ${model()}, ${cpus().length} cores`,
    `- Memory: ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    `- Node ${process.versions.node}, V8 ${process.versions.v8}`,
    `- Peers: ${peers}`,
    `- Load average at the start: ${loadavg()
      .map((load) => load.toFixed(2))
      .join(', ')}`,
  ];
}
