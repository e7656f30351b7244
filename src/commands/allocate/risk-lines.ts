// Labelled vertical lines in a distribution, in plain Chart.js, so that QuickChart draws them too.

import { shortPercent } from '../../format.ts';
import { lossText } from '../limits.ts';
import type { ChartDataset } from 'chart.js';
import { type Histogram, PANELS, peakOf } from './result-panel.ts';
import type { Scales, SeriesType } from '../../charts/spec.ts';
import { BARE, COLOURS, font, LINE_HEIGHT, PLOT_HEIGHT, SIZES } from '../../charts/theme.ts';

export interface Mark {
  readonly text: string;
  /** Its place as a result, so negative when money is lost. */
  readonly at: number;
  /** A limit far beyond the losses would squeeze everything else, so it is named at the left edge without a line. */
  readonly onScale: boolean;
  readonly colour: string;
  readonly dash: readonly number[];
}

interface Risk {
  readonly cvar: number;
  readonly valueAtRisk: number;
  readonly lossLimit?: number;
}

/** From left to right. */
export const riskMarks = ({ cvar, valueAtRisk, lossLimit }: Risk): Mark[] =>
  [
    { text: `CVaR ${lossText(cvar, lossLimit)}`, at: -cvar, onScale: true, colour: COLOURS.tail, dash: [] },
    {
      text: `VaR ${lossText(valueAtRisk, lossLimit)}`,
      at: -valueAtRisk,
      onScale: true,
      colour: COLOURS.text,
      dash: [],
    },
    ...(lossLimit === undefined ? [] : [limitMark(lossLimit, cvar)]),
  ].toSorted((a, b) => a.at - b.at);

function limitMark(lossLimit: number, cvar: number): Mark {
  const onScale = lossLimit <= 3 * Math.abs(cvar);
  const text = `limit ${shortPercent(lossLimit)}${onScale ? '' : ' (off the scale)'}`;
  return { text, at: -lossLimit, onScale, colour: COLOURS.limit, dash: [8, 6] };
}

/** Every line rises out of the plot to its own row of labels, the leftmost highest, so that none crosses a label. */
export function markLines(marks: readonly Mark[], bins: Histogram): ChartDataset<SeriesType>[] {
  const rowHeight = SIZES.label * LINE_HEIGHT;
  const rowShare = rowHeight / (PLOT_HEIGHT - marks.length * rowHeight);
  const line = ({ text, at, colour, dash }: Mark, row: number): ChartDataset<SeriesType> => ({
    type: 'line',
    label: text,
    xAxisID: 'xResult',
    yAxisID: 'yShare',
    // In front of the bars; dashes in front of all, since the limit and the CVaR are often in the same place.
    order: dash.length > 0 ? -2 : -1,
    data: [
      { x: at, y: 0 },
      { x: at, y: peakOf(bins) * (1 + (marks.length - row) * rowShare) },
    ],
    borderColor: colour,
    borderWidth: 3,
    borderDash: [...dash],
    pointRadius: 0,
    clip: false,
  });
  return marks.flatMap((mark, row) => (mark.onScale ? [line(mark, row)] : []));
}

/** In layout units, on the safe side: a letter, the gap to the line, the narrowest panel, and what is free right of it. */
const ROOM = { letter: 12, gap: 10, panel: 350, beside: 90 } as const;

/**
 * How far right the panel must go for the label to end inside the picture.
 * @param from the panel's left edge
 */
export function labelUntil({ text, at }: Mark, from: number): number {
  const share = Math.min(Math.max(text.length * ROOM.letter + ROOM.gap - ROOM.beside, 0) / ROOM.panel, 0.6);
  return at + ((at - from) * share) / (1 - share);
}

const SLOTS = 100;

/** The labels, right of their lines: a category axis above the plot whose slots are nearly all empty. */
export function markScale(marks: readonly Mark[], bins: Histogram): Scales[string] {
  const slotOf = (at: number): number => {
    const slot = Math.ceil(((at - bins.from) / (bins.until - bins.from)) * SLOTS) + 1;
    return Math.min(Math.max(slot, 0), SLOTS);
  };
  const rowsAt = (slot: number): string[] => {
    const rows = marks.map((mark) => (slotOf(mark.at) === slot ? mark.text : ''));
    return rows.some(Boolean) ? rows : [''];
  };
  return {
    ...BARE,
    axis: 'x',
    type: 'category',
    position: 'top',
    stack: 'top',
    stackWeight: PANELS.result,
    offset: false,
    labels: Array.from({ length: SLOTS + 1 }, (_, slot) => rowsAt(slot)),
    min: 0,
    max: SLOTS,
    ticks: {
      autoSkip: false,
      maxRotation: 0,
      align: 'start',
      padding: 0,
      color: COLOURS.text,
      font: font(SIZES.label, 'bold'),
    },
  };
}
