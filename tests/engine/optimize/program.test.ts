import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadHighs } from '../../../src/engine/optimize/highs.ts';
import { Program } from '../../../src/engine/optimize/program.ts';

const highs = await loadHighs();

/** min x + 2y with x + y ≥ 1, x ≤ 0.75. */
function openProgram(isSound: (columns: Float64Array) => boolean = () => true): Program {
  const program = new Program(highs, isSound);
  program.model.addVars([0, 0], [0.75, 10]);
  program.model.changeColsCost({ kind: 'range', from: 0, to: 1 }, [1, 2]);
  program.model.addRow(1, Infinity, { indices: [0, 1], values: [1, 1] });
  return program;
}

describe('Program', () => {
  let program: Program;
  beforeEach(() => {
    program = openProgram();
  });
  afterEach(() => program.close());

  it('solves again after a change, and bounds what it solved', () => {
    expect(program.solve().objective).toBeCloseTo(1.25, 12);
    expect(program.bound()).toBeCloseTo(1.25, 12);
    program.model.changeRowBounds(0, 2, Infinity);
    expect([...program.solve().columns]).toEqual([0.75, 1.25]);
    expect(program.bound()).toBeCloseTo(3.25, 12);
  });

  it('says with which status HiGHS gave up', () => {
    program.model.changeRowBounds(0, 11, Infinity);
    expect(() => program.solve()).toThrow(`status ${highs.constants.modelStatus.infeasible}`);
  });

  it('takes an unsound answer for none, after it has tried everything with its own options', () => {
    let seen = 0;
    const doubtful = openProgram(() => ++seen > 2);
    try {
      expect(doubtful.solve().objective).toBeCloseTo(1.25, 12);
      expect(seen).toBe(3);
      expect(doubtful.model.options.get('presolve')).toBe('off');
    } finally {
      doubtful.close();
    }
  });
});
