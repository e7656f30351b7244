import type { ChartConfiguration, ChartDataset, ChartOptions, DefaultDataPoint } from 'chart.js';
import { COLOURS, font, headline, PLOT_HEIGHT, SIZES, SUBTITLE_LINE } from './theme.ts';

/** The kinds of series in our pictures. */
export type SeriesType = 'bar' | 'line';

/** Points, and bars from one value to another, which Chart.js draws but has no type for. */
export type SeriesData = (
  DefaultDataPoint<SeriesType>[number] | { readonly x: readonly [number, number]; readonly y: number }
)[];

export type ChartSeries = ChartDataset<SeriesType, SeriesData>;

export type Scales = NonNullable<ChartOptions<SeriesType>['scales']>;

/** A picture. `config` is plain JSON without functions, so that QuickChart can draw it too. */
export interface ChartSpec {
  /** In layout units, of `scale` pixels each. */
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  /** A CSS colour; opaque, because Discord has a light and a dark theme. */
  readonly background: string;
  readonly config: ChartConfiguration<SeriesType, SeriesData>;
}

/** Draws pictures, locally or by QuickChart. */
export interface Charts {
  png(spec: ChartSpec): Promise<Uint8Array>;
}

export interface PictureOptions {
  readonly type: SeriesType;
  readonly datasets: ChartSeries[];
  /** The horizontal positions that all series share, if their points are only vertical values. */
  readonly labels?: readonly number[];
  readonly scales: Scales;
  readonly title: string;
  /** Paragraphs; long ones are wrapped, and the picture grows with every line so that the plot does not shrink. */
  readonly subtitle: { readonly text: readonly string[]; readonly isWarning: boolean };
  /** In layout units. The other paddings are the same in all pictures. */
  readonly paddingLeft: number;
  /** In layout units; absent: PLOT_HEIGHT. */
  readonly plotHeight?: number;
}

/** Characters that fit into a line of a subtitle. */
const LINE_LENGTH = 88;

/** Lines of a text, broken between its clauses if they are short enough, otherwise between words. */
function wrapped(text: string, pause = / (?<=[.;·] )/): string[] {
  const lines: string[] = [];
  for (const piece of text.split(pause)) {
    const longer = `${lines.at(-1) ?? ''} ${piece}`;
    if (lines.length > 0 && longer.length <= LINE_LENGTH) lines[lines.length - 1] = longer;
    else lines.push(piece);
  }
  return lines.flatMap((line) => (line.length <= LINE_LENGTH ? [line] : wrapped(line, / /)));
}

export function picture({
  type,
  datasets,
  labels,
  scales,
  title,
  subtitle,
  paddingLeft,
  plotHeight = PLOT_HEIGHT,
}: PictureOptions): ChartSpec {
  const lines = subtitle.text.flatMap((text) => wrapped(text));
  return {
    width: SIZES.width,
    height: SIZES.height + (plotHeight - PLOT_HEIGHT) + SUBTITLE_LINE * (lines.length - 1),
    scale: SIZES.scale,
    background: COLOURS.background,
    config: {
      type,
      data: { ...(labels && { labels: [...labels] }), datasets },
      options: {
        layout: { padding: { left: paddingLeft, right: 16, top: 6, bottom: 8 } },
        plugins: {
          legend: { display: false },
          tooltip: { enabled: false },
          title: headline(title, COLOURS.text, font(SIZES.title, 'bold')),
          subtitle: headline(lines, subtitle.isWarning ? COLOURS.warning : COLOURS.muted, font(SIZES.label)),
        },
        scales,
      },
    },
  };
}
