// What each strategy held over time: a panel of stacked weights for each.
import { monthsOf, timeScales } from '../../charts/axes.ts';
import { endNames, labelScale } from '../../charts/point-labels.ts';
import { type ChartSeries, type ChartSpec, picture, type Scales } from '../../charts/spec.ts';
import { BARE, COLOURS, font, LINE_HEIGHT, SIZES } from '../../charts/theme.ts';
import type { CompareAnswer } from '../../engine-service/compare.ts';
import type { ComparedWalk } from '../../engine/compare/compare.ts';
import { shorten, spread } from '../../format.ts';
import { restate, subtitleOf } from '../question.ts';
import { cvarsOf, questionOf } from './words.ts';

/** Assets with colours of their own: those with the largest weights over all strategies. The others are one grey. */
const ASSET_COLOURS = [COLOURS.profit, COLOURS.tail, COLOURS.calm, COLOURS.limit, COLOURS.warning] as const;
const OTHERS = { name: 'others', colour: COLOURS.loss, text: COLOURS.muted };

/** Share of the width, for the names of assets. */
const ROOM_FOR_NAMES = 0.14;
/** Layout units. */
const PANEL_HEIGHT = 96;
/** The names of all colours, above the panels. */
const KEY_HEIGHT = 32;
/** Of a panel, free above the weights for the strategy's name. */
const ROOM_FOR_TITLE = 0.34;
/** Bars beyond these would be thinner than a pixel, and QuickChart takes 100 kB. */
const MOST_POINTS = 2_000;

interface Band {
  readonly name: string;
  readonly colour: string;
  /** The colour of its name. */
  readonly text: string;
  /** Columns of the weights. */
  readonly assets: readonly number[];
}

export function compareWeightsChart(answer: CompareAnswer): ChartSpec {
  const { walks, comparison, universe, request } = answer;
  const bands = bandsOf(answer);
  const most = Math.max(12, Math.floor(MOST_POINTS / (walks.length * bands.length)));
  const [from, until] = [monthsOf(comparison.from), monthsOf(comparison.until)];
  const panels = walks.map((walk, at) => ({ at, walk, decisions: spread(walk.decisions, most) }));
  const asked = restate(questionOf(request), cvarsOf(answer));
  return picture({
    type: 'line',
    datasets: panels.flatMap(({ at, decisions }) =>
      bands.map((band, k) => area(band, decisions, { at, isFirst: k === 0 })),
    ),
    scales: {
      ...timeScales(from, until, ROOM_FOR_NAMES),
      ...keyScales(bands, walks.length),
      ...Object.fromEntries(panels.map(({ at }) => [axisOf(at), panelScale(walks.length - at)])),
      ...Object.assign({}, ...panels.map(({ at, walk }) => panelNameScales(at, walk, bands))),
    },
    title: `What each strategy held · ${shorten(universe, 22)}`,
    subtitle: subtitleOf(
      asked,
      `${weightsAt(panels[0]!.decisions, walks[0]!.decisions)} · ${comparison.from} to ${comparison.until}`,
    ),
    paddingLeft: 14,
    plotHeight: KEY_HEIGHT + PANEL_HEIGHT * walks.length,
  });
}

const weightsAt = ({ length: shown }: Decisions, { length: all }: Decisions): string =>
  shown === all ? 'Weights at each decision' : `Weights at ${shown} of ${all} decisions`;

function bandsOf({ walks, tickers }: CompareAnswer): Band[] {
  const totals = tickers.map((_, j) =>
    walks.reduce((sum, { decisions }) => sum + decisions.reduce((own, { weights }) => own + weights[j]!, 0), 0),
  );
  const sorted = [...tickers.keys()].toSorted((a, b) => totals[b]! - totals[a]!);
  const shown = sorted.length > ASSET_COLOURS.length ? sorted.slice(0, ASSET_COLOURS.length) : sorted;
  const rest = sorted.slice(shown.length);
  const own = shown.map((j, k) => ({
    name: shorten(tickers[j]!, 10),
    colour: ASSET_COLOURS[k]!,
    text: ASSET_COLOURS[k]!,
    assets: [j],
  }));
  return rest.length === 0 ? own : [...own, { ...OTHERS, assets: rest }];
}

const axisOf = (at: number): string => `yWeights${at}`;

const bandWeight = ({ assets }: Band, weights: readonly number[]): number =>
  Number(assets.reduce((sum, j) => sum + weights[j]!, 0).toFixed(4));

type Decisions = ComparedWalk['decisions'];

/** A weight is held until the next decision, so that areas are steps. */
const area = (
  band: Band,
  decisions: Decisions,
  { at, isFirst }: { readonly at: number; readonly isFirst: boolean },
): ChartSeries => ({
  type: 'line',
  label: band.name,
  xAxisID: 'xTime',
  yAxisID: axisOf(at),
  stack: axisOf(at),
  data: [
    ...decisions.map(({ date, weights }) => ({ x: rounded(monthsOf(date)), y: bandWeight(band, weights) })),
    ...decisions.slice(-1).map(({ until, weights }) => ({ x: rounded(monthsOf(until)), y: bandWeight(band, weights) })),
  ],
  stepped: true,
  fill: isFirst ? 'origin' : '-1',
  backgroundColor: band.colour,
  borderColor: band.colour,
  borderWidth: 0,
  pointRadius: 0,
});

const rounded = (months: number): number => Number(months.toFixed(2));

/** The first axis of a stack is the lowest. @param weight of its place, counted from below */
const panelScale = (weight: number): Scales[string] => ({
  ...BARE,
  axis: 'y',
  type: 'linear',
  position: 'left',
  stack: 'left',
  stackWeight: 1,
  weight,
  stacked: true,
  offset: false,
  min: 0,
  max: 1 + ROOM_FOR_TITLE,
  ticks: { display: false, color: COLOURS.text, font: font(SIZES.label) },
});

/** An empty panel over the others, with each name in its colour. */
function keyScales(bands: readonly Band[], panels: number): Scales {
  const names = bands.map(({ name, text }, k) =>
    labelScale('yKey', { text: name, colour: text, across: k / (ASSET_COLOURS.length + 1), align: 'start', top: 1 }),
  );
  const axis = { ...panelScale(panels + 1), stackWeight: KEY_HEIGHT / PANEL_HEIGHT, max: 1 };
  return { yKey: axis, ...Object.fromEntries(names.map((name, k) => [`xKey${k}`, name])) };
}

/** The strategy's name above its weights, and beside them the names of the largest at the end. */
function panelNameScales(at: number, { name, decisions }: ComparedWalk, bands: readonly Band[]): Scales {
  const rowHeight = ((1 + ROOM_FOR_TITLE) * SIZES.label * LINE_HEIGHT) / PANEL_HEIGHT;
  const last = decisions.at(-1)?.weights ?? [];
  let below = 0;
  const ends = bands.flatMap((band) => {
    const weight = bandWeight(band, last);
    below += weight;
    return weight < rowHeight / 2 ? [] : [{ text: band.name, colour: band.text, value: below - weight / 2, weight }];
  });
  // As many as have room, the largest first.
  const shown = ends.toSorted((a, b) => b.weight - a.weight).slice(0, Math.floor(1 / rowHeight));
  const labels = endNames(shown, { across: 1 - ROOM_FOR_NAMES + 0.01, from: 0, until: 1, rowHeight });
  const title = { text: name, colour: COLOURS.text, across: 0, align: 'start', top: 1 + ROOM_FOR_TITLE } as const;
  return Object.fromEntries([title, ...labels].map((label, k) => [`xName${at}x${k}`, labelScale(axisOf(at), label)]));
}
