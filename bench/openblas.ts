// Which of its cores (sets of loops, one a kind of processor) OpenBLAS runs on. A build that is older than the
// processor falls back on Prescott, of 2004, and is then 1.5 times too slow to be compared with.
import { existsSync, readFileSync } from 'node:fs';

const FALLBACK = 'Prescott';

/** The processor's features, as Linux names them. @returns none elsewhere than on Linux and x86 */
export function readFeatures(file = '/proc/cpuinfo'): ReadonlySet<string> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return new Set(/^flags\s*: (.*)$/m.exec(text)?.[1]?.split(' '));
}

/** The OPENBLAS_CORETYPE that fits, the widest vectors first; undefined without AVX. */
export function fittingCore(features: ReadonlySet<string>): string | undefined {
  const has = (...names: readonly string[]) => names.every((name) => features.has(name));
  if (has('avx512f', 'avx512bw', 'avx512dq', 'avx512vl')) return 'SKYLAKEX';
  if (has('avx2', 'fma')) return 'HASWELL';
  return has('avx') ? 'SANDYBRIDGE' : undefined;
}

/** Whether the core leaves vectors unused that the processor has. @param core undefined: it is not OpenBLAS */
export function isFallback(core: string | undefined, features: ReadonlySet<string>): boolean {
  return core?.toLowerCase() === FALLBACK.toLowerCase() && features.has('avx');
}
