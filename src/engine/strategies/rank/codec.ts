import { z } from 'zod';
import type { NextDayModel, WalkForward } from '../../forecast/next-day.ts';
import { packBytes, unpackBytes } from '../../packed.ts';
import type { Ranker, RankerParams } from '../../ranking/ranker.ts';
import type { SignalCodec } from '../signal-codec.ts';

export type RankParams = Partial<RankerParams>;

const areFinite = (values: ArrayLike<number>): boolean => Array.from(values).every(Number.isFinite);
const float64 = z.instanceof(Float64Array);
const finite64 = float64.refine(areFinite, 'expected finite numbers');
const finite32 = z.instanceof(Float32Array).refine(areFinite, 'expected finite numbers');
const int32 = z.instanceof(Int32Array);
const countSchema = z.number().int().nonnegative();

const stackedSchema = z.strictObject({
  hyper: z.strictObject({
    units: z.array(countSchema).readonly(),
    batch: countSchema,
    learningRate: z.number(),
    patience: countSchema.exactOptional(),
    maxEpochs: countSchema,
  }),
  features: countSchema,
  outputs: countSchema,
  weights: finite32,
  losses: z.strictObject({
    training: z.number(),
    validation: z.number().exactOptional(),
    epochs: countSchema,
    bestEpoch: countSchema,
    byEpoch: z.array(z.number()).readonly(),
  }),
});

const networkSchema: z.ZodType<NextDayModel> = z.strictObject({
  mean: z.number(),
  centre: z.number(),
  unit: z.number().positive(),
  window: countSchema,
  network: stackedSchema,
});

export const walkForwardSchema: z.ZodType<WalkForward> = z.strictObject({
  forecasts: float64,
  means: float64,
  model: networkSchema,
});

const trees = z.coerce.number().int().min(1).max(2000);
const period = z.coerce.number().int().min(1).max(63);

/** What is left out is the recipe's default, so that a retraining keeps what the live model was fitted with. */
export const rankParamsSchema: z.ZodType<RankParams> = z
  .strictObject({ trees: trees.exactOptional(), period: period.exactOptional() })
  .readonly();

const forestSchema = z
  .strictObject({
    features: countSchema,
    roots: int32,
    feature: int32,
    threshold: finite64,
    child: int32,
    value: finite64,
  })
  .refine(({ features, roots, feature, threshold, child, value }) => {
    const nodes = feature.length;
    // A child comes after its parent, so that each walk ends.
    const isNode = (at: number): boolean =>
      feature[at]! < 0 || (feature[at]! < features && child[at]! > at && child[at]! + 1 < nodes);
    const isWhole = [threshold, child, value].every(({ length }) => length === nodes);
    return isWhole && roots.every((at) => at >= 0 && at < nodes) && [...feature.keys()].every(isNode);
  }, 'expected the nodes of trees');

const rankerSchema: z.ZodType<Ranker> = z
  .strictObject({
    params: z.strictObject({ trees, period }).readonly(),
    tickers: z.array(z.string()).readonly(),
    names: z.array(z.string()).readonly(),
    importances: finite64,
    selected: z.array(countSchema).readonly(),
    rSquared: z.number(),
    forest: forestSchema,
    networks: z.array(networkSchema).readonly(),
  })
  .refine(
    ({ tickers, names, importances, selected, forest, networks }) =>
      networks.length === tickers.length &&
      importances.length === names.length &&
      forest.features === selected.length &&
      selected.every((column) => column < names.length),
    'expected networks, importances and a forest of the same assets and features',
  );

export const rankerCodec: SignalCodec<Ranker> = {
  encode: packBytes,
  decode: (bytes) => rankerSchema.parse(unpackBytes(bytes)),
};
