import type { Rule } from '../../engine/backtest/types.ts';
import { shortPercent } from '../../format.ts';

/** `8%`, `equal`, `min` or `index`. */
export const ruleName = (rule: Rule): string => (typeof rule === 'number' ? shortPercent(rule) : rule);

/** Limits by their size, then what they are compared with. */
export const limitsFirst = <T>(items: readonly T[], ruleOf: (item: T) => Rule): T[] => {
  const isLimit = (item: T): boolean => typeof ruleOf(item) === 'number';
  return [...items.filter(isLimit), ...items.filter((item) => !isLimit(item))];
};
