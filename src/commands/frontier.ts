import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { FrontierAnswer, FrontierRequest } from '../app.ts';
import { frontierChart } from '../charts/frontier.ts';
import type { ChartSpec } from '../charts/spec.ts';
import { percent, plural } from '../text/format.ts';
import { frontierReply } from '../text/frontier.ts';
import { OPTIONS, completeUniverse, readRequest } from '../text/options.ts';
import { DEFAULTS, RANGES, parseRate } from '../text/parse.ts';
import { pictureOf } from '../text/picture.ts';
import { describeProgress } from '../text/progress.ts';
import type { Command } from './types.ts';

/** What fits on a phone without turning it. */
const TABLE = { mostRows: 8, weights: 2 };

interface FrontierCommandRequest {
  readonly frontier: FrontierRequest;
  readonly isPublic: boolean;
}

export const frontier: Command<FrontierCommandRequest> = {
  data: {
    name: 'frontier',
    description: 'Show the highest expected profit for every average loss in the worst cases',
    options: [
      { type: OptionType.String, name: 'loss', description: 'A limit (CVaR) to mark, such as 8%' },
      OPTIONS.horizon,
      OPTIONS.alpha,
      OPTIONS.universe,
      OPTIONS.tickers,
      OPTIONS.maxWeight,
      OPTIONS.public,
    ],
  },

  parse: (options, { guild }) => ({
    frontier: {
      ...readRequest(options, guild),
      points: DEFAULTS.points,
      ...(options.loss !== undefined && { lossLimit: parseRate(String(options.loss), 'loss', RANGES.loss) }),
    },
    isPublic: options.public === true,
  }),

  isPublic: (request) => request.isPublic,

  isHeavy: () => true,

  async run(request, { app, progress, signal }) {
    const answer = await app.engine.frontier(request.frontier, {
      onProgress: (step) => progress(describeProgress(step)),
      signal,
    });
    const image = await pictureOf(app, {
      name: 'frontier.png',
      description: describeChart(answer),
      chart: () => answerChart(answer),
    });
    return frontierReply({ answer, ...TABLE, now: app.clock.now(), ...(image && { image }) });
  },

  complete: (option, typed, { guild }) => completeUniverse(option, typed, guild.universes),
};

export function answerChart({ request, universe, frontier: { points, equalWeight } }: FrontierAnswer): ChartSpec {
  const { horizonDays, alpha, lossLimit } = request;
  return frontierChart({
    label: universe,
    horizonDays,
    alpha,
    points,
    equalWeight,
    ...(lossLimit !== undefined && { lossLimit }),
  });
}

function describeChart({ request, universe, frontier: { points } }: FrontierAnswer): string {
  const [lowest, highest] = [points[0], points.at(-1)];
  return (
    `Mean return against CVaR of ${universe} over ${plural(request.horizonDays, 'trading day')}: ` +
    `from CVaR ${percent(lowest?.cvar ?? 0)} and mean ${percent(lowest?.expectedReturn ?? 0)} ` +
    `to CVaR ${percent(highest?.cvar ?? 0)} and mean ${percent(highest?.expectedReturn ?? 0)}`
  );
}
