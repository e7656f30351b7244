import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fittingCore, readFeatures } from '../../bench/openblas.ts';
import { fairPeer, type Python } from '../../bench/peers.ts';

const folder = mkdtempSync(join(tmpdir(), 'tailcap-peers-'));
afterAll(() => rmSync(folder, { recursive: true }));

const AVX512 = 'fpu sse2 avx fma avx2 avx512f avx512dq avx512bw avx512vl';

describe('readFeatures', () => {
  it('reads the features of the first processor, and none where there is no such file', () => {
    const file = join(folder, 'cpuinfo');
    writeFileSync(file, 'processor\t: 0\nflags\t\t: fpu avx\nbogomips\t: 4200\n\nprocessor\t: 1\nflags\t\t: fpu\n');
    expect(readFeatures(file)).toEqual(new Set(['fpu', 'avx']));
    expect(readFeatures(join(folder, 'none'))).toEqual(new Set());
  });
});

describe('fittingCore', () => {
  it.each([
    [AVX512, 'SKYLAKEX'],
    ['sse2 avx fma avx2 avx512f', 'HASWELL'],
    ['sse2 avx', 'SANDYBRIDGE'],
    ['sse2', undefined],
  ])('of a processor with %s is %s', (features, core) => {
    expect(fittingCore(new Set(features.split(' ')))).toBe(core);
  });
});

const python = (core: string | undefined): Python => ({
  command: 'python3',
  environment: { HOME: '/' },
  versions: { PyTorch: '1.13.0' },
  core,
});

/** An OpenBLAS that obeys or not. */
const obedient = (environment: NodeJS.ProcessEnv): Python => ({ ...python('SkylakeX'), environment });
const stubborn = (environment: NodeJS.ProcessEnv): Python => ({ ...python('Prescott'), environment });
const never = () => expect.fail('was asked again');

describe('a Python peer', () => {
  const features = new Set(AVX512.split(' '));

  it('is taken as it is when OpenBLAS runs on a newer core, or there is none', () => {
    expect(fairPeer(python('Zen'), never, features).python).toEqual(python('Zen'));
    expect(fairPeer(python(undefined), never, features).python).toEqual(python(undefined));
    expect(fairPeer(python('Zen'), never, features).note).toBe(
      'PyTorch 1.13.0, OpenBLAS on its Zen core; one thread each',
    );
  });

  it('may run on Prescott where the processor has no AVX', () => {
    expect(fairPeer(python('Prescott'), never, new Set(['sse2'])).python).toBeDefined();
  });

  it('is told the core that fits when OpenBLAS fell back on Prescott', () => {
    const { python: found, note } = fairPeer(python('Prescott'), obedient, features);
    expect(found?.environment).toEqual({ HOME: '/', OPENBLAS_CORETYPE: 'SKYLAKEX' });
    expect(note).toContain('SkylakeX');
  });

  it.each([
    ['stays there', stubborn],
    ['then does not start', () => undefined],
  ])('is refused when OpenBLAS fell back on Prescott and %s', (_, ask) => {
    const { python: found, note } = fairPeer(python('Prescott'), ask, features);
    expect(found).toBeUndefined();
    expect(note).toContain('Prescott');
  });
});
