import { z } from 'zod';
import { knownTicker } from '../market.ts';

export const viewSchema = z
  .strictObject({
    ticker: z.string(),
    relation: z.enum(['=', '>=', '<=']),
    /** Another asset; absent: the view is of the asset's own return. */
    than: z.string().exactOptional(),
    /** What is added on the right, a fraction over the horizon. */
    by: z.number(),
  })
  .readonly();

/** What somebody expects: the expected return of an asset, against that of another or a number, over the horizon. */
export type View = z.infer<typeof viewSchema>;

/** More are hardly views. */
export const MOST_VIEWS = 10;

/** The views with tickers as they are here. @throws UserError (option `views`) when one is none of these */
export const resolveViews = (views: readonly View[], tickers: readonly string[]): View[] =>
  views.map((view) => ({
    ...view,
    ticker: knownTicker(tickers, view.ticker, 'views'),
    ...(view.than !== undefined && { than: knownTicker(tickers, view.than, 'views') }),
  }));
