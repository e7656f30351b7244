// Growth of money under some of the limits and the benchmarks, above the drawdown of each.

import { equityPicture } from '../../charts/equity.ts';
import type { ChartSpec } from '../../charts/spec.ts';
import { shorten } from '../../format.ts';
import { subtitleOf } from '../question.ts';
import { walkTerms } from '../walk-terms.ts';
import { curvesOf } from './equity-curves.ts';
import { periodOf, type BacktestChartInput } from './rules.ts';

/** Share of the width, for the names at the ends of the curves. */
const ROOM_FOR_NAMES = 0.18;

export function backtestEquityChart(input: BacktestChartInput): ChartSpec {
  const words = {
    title: `What the money became · ${shorten(input.label, 22)}`,
    subtitle: subtitleOf(input.asked, `${walkTerms(input)} · ${periodOf(input.result)}`),
  };
  return equityPicture(curvesOf(input), words, ROOM_FOR_NAMES);
}
