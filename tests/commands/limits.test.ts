import { describe, expect, it } from 'vitest';
import { averageLoss, limitToTry, lossText, smallestLimit, tryLabel } from '../../src/commands/limits.ts';
import { isKept, LIMIT_TOLERANCE } from '../../src/engine/optimize/problem.ts';
import { uniforms } from '../../src/engine/random.ts';
import { percent, shortPercent } from '../../src/format.ts';
import { RANGES } from '../../src/parse.ts';
import { parseRate } from '../../src/parse-rates.ts';

const random = uniforms(7, 'losses');
const CASES = 6_000;

/** Losses of every size: any, a hair beside a round figure, and round ones. */
const losses = Array.from({ length: CASES }, (_, at) => {
  const loss = random() ** 3 * 0.9;
  const round = Math.round(loss * 1e4) / 1e4;
  return [loss, round, round + (random() - 0.5) * 4 * LIMIT_TOLERANCE][at % 3]!;
});

/** As the optimiser takes what was typed. */
const typed = (text: string): number => parseRate(text, 'loss', RANGES.loss, 'terminal');

describe('a limit that was typed', () => {
  it.each(['7.125%', '8%', '8.5%', '0.01%', '7.12345678%', '33.3333333333%', '100%', '99.9%'])(
    'is shown as it was: %s',
    (text) => expect(shortPercent(typed(text))).toBe(text),
  );

  it('comes back as the same number from the figure shown', () => {
    for (const loss of losses) {
      const limit = Number(Math.max(loss, RANGES.loss.min).toFixed(9));
      expect(typed(shortPercent(limit))).toBe(limit);
    }
  });
});

describe('the smallest limit', () => {
  it('can be kept when it is typed as it is shown, and is less than 0.01% larger', () => {
    for (const minCvar of losses) {
      const limit = typed(smallestLimit(minCvar));
      expect(isKept(minCvar, limit)).toBe(true);
      // The optimiser needs twice its precision besides.
      expect(minCvar + 2e-9).toBeLessThanOrEqual(limit + LIMIT_TOLERANCE);
      expect(limit - Math.max(minCvar, RANGES.loss.min)).toBeLessThan(1e-4);
    }
  });

  it('is the same figure as the CVaR beside it, and as the button', () => {
    for (const loss of losses) {
      const minCvar = Math.max(loss, RANGES.loss.min);
      expect(smallestLimit(minCvar)).toBe(lossText(minCvar));
      expect(typed(tryLabel(limitToTry(minCvar)!).replace('Try ', ''))).toBe(typed(smallestLimit(minCvar)));
    }
  });

  it('is an allowed one', () => {
    expect(smallestLimit(-0.51)).toBe('0.01%');
    expect(limitToTry(-0.51)).toBe(0.0001);
    expect(limitToTry(1.2)).toBeUndefined();
  });
});

/** Of an answer with a limit of 7.125%. */
const shown = (loss: number): number => Number(lossText(loss, 0.07125).replace('gain ', '-').replace('%', ''));

describe('a loss', () => {
  it('is shown within the limit exactly if it keeps it', () => {
    for (const [at, loss] of losses.entries()) {
      const near = [Number(loss.toFixed(9)), Number(loss.toFixed(5)), Number(losses[(at + 1) % CASES]!.toFixed(7))];
      const limit = Math.max(near[at % 3]!, RANGES.loss.min);
      const cvar = Math.max(loss, RANGES.loss.min);
      expect(typed(lossText(cvar, limit)) <= limit).toBe(isKept(cvar, limit));
    }
  });

  it('is rounded up, or to the limit that it keeps', () => {
    expect(lossText(0.05163)).toBe('5.17%');
    expect(lossText(0.0517)).toBe('5.17%');
    expect(lossText(0.071243, 0.07125)).toBe('7.125%');
    expect(lossText(0.0711, 0.07125)).toBe('7.11%');
    expect(lossText(0.07125, 0.07125)).toBe('7.125%');
    expect(lossText(0.0713, 0.07125)).toBe('7.13%');
    expect(lossText(0.08 + 1e-9, 0.08)).toBe('8.00%');
    expect(lossText(0.0800002, 0.08)).toBe('8.01%');
    expect(lossText(0)).toBe('0.00%');
  });

  it('is called a gain where it is negative', () => {
    expect(lossText(-0.51234)).toBe('gain 51.23%');
    expect(lossText(-0.51234, 0.07125)).toBe('gain 51.23%');
    expect(lossText(-0.00001)).toBe('0.00%');
    expect(averageLoss(0.95, -0.51234, 0.08)).toBe(
      'Even in the worst 5% of scenarios it gains **51.23%** on average (CVaR)',
    );
    expect(averageLoss(0.99, 0.05163)).toBe('The average loss in the worst 1% of scenarios is **5.17%** (CVaR)');
    for (const loss of losses) expect(lossText(-Math.abs(loss) - 0.0001)).toMatch(/^gain \d+\.\d\d%$/);
  });

  it('never falls as the loss grows', () => {
    const sorted = losses.flatMap((loss) => [loss, -loss]).toSorted((a, b) => a - b);
    for (const [at, loss] of sorted.entries()) expect(shown(loss)).toBeGreaterThanOrEqual(shown(sorted[at - 1] ?? -1));
  });

  it('has the digits of other percentages', () => {
    for (const loss of losses) expect(lossText(loss)).toMatch(/^\d+\.\d\d%$/);
    expect(lossText(0.0517)).toBe(percent(0.0517));
  });
});
