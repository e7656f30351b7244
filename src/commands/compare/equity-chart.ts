import { type CurveStyle, type EquityCurve, equityPicture, thinned } from '../../charts/equity.ts';
import type { ChartSpec } from '../../charts/spec.ts';
import { COLOURS } from '../../charts/theme.ts';
import type { CompareAnswer } from '../../engine-service/compare.ts';
import { drawdowns } from '../../engine/metrics.ts';
import { shorten } from '../../format.ts';
import { restate, subtitleOf } from '../question.ts';
import { walkTerms } from '../walk-terms.ts';
import { cvarsOf, questionOf } from './words.ts';

/** Share of the width, for the names at the ends of the curves. */
const ROOM_FOR_NAMES = 0.25;

/** In the order of the strategies; after the last colour the first one comes again, with dashes. */
const CURVE_COLOURS = [COLOURS.profit, COLOURS.tail, COLOURS.calm, COLOURS.warning, COLOURS.muted] as const;

/** As in the picture of a backtest. */
const EQUAL: CurveStyle = { colour: COLOURS.text, dash: [8, 6], width: 2.5 };
const INDEX: CurveStyle = { colour: COLOURS.limit, dash: [12, 5], width: 2.5 };

const styleOf = (at: number): CurveStyle => ({
  colour: CURVE_COLOURS[at % CURVE_COLOURS.length]!,
  dash: at < CURVE_COLOURS.length ? [] : [3, 3],
  width: 3,
});

export function compareEquityChart(answer: CompareAnswer): ChartSpec {
  const { request, comparison, universe } = answer;
  const asked = restate(questionOf(request), cvarsOf(answer));
  const terms = walkTerms({ ...request, horizonDays: request.mandate.horizonDays });
  const words = {
    title: `What the money became · ${shorten(universe, 22)}`,
    subtitle: subtitleOf(asked, `${terms} · ${comparison.from} to ${comparison.until}`),
  };
  return equityPicture(curvesOf(answer), words, ROOM_FOR_NAMES);
}

function curvesOf({ walks, comparison, index, indexPath }: CompareAnswer): EquityCurve[] {
  const others = walks.filter(({ name }) => name !== comparison.benchmark);
  const curves = walks.map(({ name, path }): EquityCurve => {
    const at = others.findIndex((one) => one.name === name);
    return {
      name: shorten(name, 16),
      style: at < 0 ? EQUAL : styleOf(at),
      ...thinned({ ...path, depths: drawdowns(path.net) }),
    };
  });
  if (indexPath === undefined || index === undefined) return curves;
  return [
    ...curves,
    { name: shorten(index, 16), style: INDEX, ...thinned({ ...indexPath, depths: drawdowns(indexPath.net) }) },
  ];
}
