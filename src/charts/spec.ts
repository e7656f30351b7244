import type { ChartConfiguration, ChartDataset, ChartOptions, DefaultDataPoint } from 'chart.js';

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
