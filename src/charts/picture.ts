// Pure: what all our pictures have in common: size, background, headlines, and nothing to hover over.
import type { ChartSpec, Scales, Series, SeriesType } from './spec.ts';
import { colours, font, headline, sizes } from './theme.ts';

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
