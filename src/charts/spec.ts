import type { ChartConfiguration, ChartDataset, ChartOptions, DefaultDataPoint } from 'chart.js';
import { colours, font, headline, sizes } from './theme.ts';

/** The kinds of series that our pictures are made of. */
export type SeriesType = 'bar' | 'line';

/** Points, and the bars from one value to another that Chart.js draws without having a type for them. */
export type SeriesData = (
  DefaultDataPoint<SeriesType>[number] | { readonly x: readonly [number, number]; readonly y: number }
)[];

export type Series = ChartDataset<SeriesType, SeriesData>;

export type Scales = NonNullable<ChartOptions<SeriesType>['scales']>;

/** A picture. `config` is plain JSON, without functions, so that QuickChart can draw it as well as we can. */
export interface ChartSpec {
  /** In layout units; the PNG has `scale` pixels a unit. */
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  /** A CSS colour; opaque, since the picture is shown on light and on dark. */
  readonly background: string;
  readonly config: ChartConfiguration<SeriesType, SeriesData>;
}

/** Draws pictures, wherever they are drawn. */
export interface Charts {
  png(spec: ChartSpec): Promise<Uint8Array>;
}

export interface PictureParts {
  readonly type: SeriesType;
  readonly datasets: Series[];
  /** What all series share on the horizontal axis, where their points say only the vertical. */
  readonly labels?: readonly number[];
  readonly scales: Scales;
  readonly title: string;
  readonly subtitle: { readonly text: string; readonly colour: string };
  /** In layout units, left of everything; the other sides are the same in all pictures. */
  readonly paddingLeft: number;
}

export const picture = ({ type, datasets, labels, scales, title, subtitle, paddingLeft }: PictureParts): ChartSpec => ({
  width: sizes.width,
  height: sizes.height,
  scale: sizes.scale,
  background: colours.background,
  config: {
    type,
    data: { ...(labels && { labels: [...labels] }), datasets },
    options: {
      layout: { padding: { left: paddingLeft, right: 16, top: 6, bottom: 8 } },
      plugins: {
        legend: { display: false },
        tooltip: { enabled: false },
        title: headline(title, colours.text, font(sizes.title, 'bold')),
        subtitle: headline(subtitle.text, subtitle.colour, font(sizes.label)),
      },
      scales,
    },
  },
});

/** `21 trading days` */
export const tradingDays = (count: number): string => `${count} trading day${count === 1 ? '' : 's'}`;
