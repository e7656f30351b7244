import { randomBytes } from 'node:crypto';
import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { AllocateAnswer, AllocateCommandRequest, App } from '../app.ts';
import { allocationChart } from '../charts/allocation.ts';
import type { ChartSpec } from '../charts/spec.ts';
import { UserError } from '../errors.ts';
import { allocationReply, shownPortfolio } from '../text/allocation.ts';
import { percent, roundUpToTenthPercent, shortPercent } from '../text/format.ts';
import { DEFAULTS, RANGES, parseAmount, parseRate, parseTickers, parseWhole } from '../text/parse.ts';
import { describeProgress } from '../text/progress.ts';
import type { ReplyButton, ReplyImage } from '../text/reply.ts';
import type { Command, Options } from './types.ts';

/** More would not fit into an answer, and would keep the bot from hearing while they are merged. */
const TICKERS = { min: 2, max: 60 };

/** Buttons under an answer work for this long. */
const BUTTON_LIFE = 30 * 86_400_000;

export const allocate: Command<AllocateCommandRequest> = {
  data: {
    name: 'allocate',
    description: 'Split money over assets so that the average loss in the worst cases stays under your limit',
    options: [
      {
        type: OptionType.String,
        name: 'loss',
        description: 'The largest average loss in the worst cases (CVaR), such as 8%',
        required: true,
      },
      {
        type: OptionType.Integer,
        name: 'horizon',
        description: 'Trading days to look ahead; 21 is about a month',
        min_value: RANGES.horizon.min,
        max_value: RANGES.horizon.max,
      },
      { type: OptionType.String, name: 'alpha', description: 'Confidence: 95% looks at the worst 5% of cases' },
      { type: OptionType.String, name: 'universe', description: 'A named list of assets', autocomplete: true },
      { type: OptionType.String, name: 'tickers', description: 'Assets by their symbols, such as AAPL, MSFT, KO' },
      { type: OptionType.String, name: 'max_weight', description: 'The most that one asset may get, such as 40%' },
      { type: OptionType.Number, name: 'amount', description: 'Money to split, to see whole shares and the cash left' },
      {
        type: OptionType.Boolean,
        name: 'public',
        description: 'Show the answer to everyone here; only you see it otherwise',
      },
    ],
  },

  parse(options, app) {
    const { horizon, amount } = options;
    return {
      allocate: {
        universe: parseUniverse(options, app),
        lossLimit: parseRate(String(options.loss ?? ''), 'loss', RANGES.loss),
        horizonDays: horizon === undefined ? DEFAULTS.horizon : parseWhole(Number(horizon), 'horizon', RANGES.horizon),
        alpha: rateOr(options, 'alpha', RANGES.alpha, DEFAULTS.alpha),
        maxWeight: rateOr(options, 'max_weight', RANGES.weight, DEFAULTS.maxWeight),
        minWeight: DEFAULTS.minWeight,
        scenarios: DEFAULTS.scenarios,
        seed: DEFAULTS.seed,
        recipe: 'calibrated',
        ...(amount !== undefined && { amount: parseAmount(Number(amount), 'amount') }),
      },
      isPublic: options.public === true,
      show: 'best',
    };
  },

  isPublic: (request) => request.isPublic,

  async run(request, { app, memberId, progress, signal }) {
    const answer = await app.engine.allocate(request.allocate, {
      onProgress: (step) => progress(describeProgress(step)),
      signal,
    });
    const image = await picture(answer, request.show, app);
    const isInfeasible = answer.allocation.status === 'infeasible' && request.show === 'best';
    const buttons = isInfeasible ? await waysOut(request, answer, memberId, app) : [];
    return allocationReply({
      answer,
      show: request.show,
      now: app.clock.now(),
      buttons,
      ...(image && { image }),
    });
  },

  complete(option, typed, app) {
    if (option !== 'universe') return [];
    const wanted = typed.trim().toLowerCase();
    return app.universes
      .filter(({ name, title }) => `${name} ${title}`.toLowerCase().includes(wanted))
      .map(({ name, title }) => ({ name: `${name}: ${title}`, value: name }));
  },

  async press(key, memberId, app) {
    const stored = await app.requests.get(key);
    if (stored === undefined) throw new UserError('This button is too old: please use /allocate again.');
    if (stored.memberId !== memberId) {
      throw new UserError('This button belongs to the person who asked: use /allocate for an answer of your own.');
    }
    return stored.request;
  },
};

function parseUniverse({ universe, tickers }: Options, app: App) {
  if (universe !== undefined && tickers !== undefined) {
    throw new UserError('Give either universe or tickers, not both.', 'universe');
  }
  if (tickers !== undefined) {
    return { kind: 'tickers' as const, tickers: parseTickers(String(tickers), 'tickers', TICKERS) };
  }
  const known = app.universes.map(({ name }) => name);
  if (universe === undefined) {
    throw new UserError(
      `Say which assets to split over: a universe (${known.join(', ')}) or tickers such as AAPL, MSFT, KO.`,
      'universe',
    );
  }
  const name = String(universe).trim().toLowerCase();
  if (!known.includes(name)) {
    throw new UserError(`universe takes one of ${known.join(', ')}; got "${String(universe)}".`, 'universe');
  }
  return { kind: 'named' as const, name };
}

function rateOr(options: Options, name: string, range: { min: number; max: number }, otherwise: number): number {
  const text = options[name];
  return text === undefined ? otherwise : parseRate(String(text), name, range);
}

/** The picture of what an answer shows. */
export function answerChart(answer: AllocateAnswer, show: 'best' | 'minimum'): ChartSpec {
  const { request, universe, tickers, allocation } = answer;
  const portfolio = shownPortfolio(answer, show);
  return allocationChart({
    status: show === 'best' ? allocation.status : 'optimal',
    label: universe,
    horizonDays: request.horizonDays,
    alpha: request.alpha,
    tickers,
    weights: portfolio.weights,
    outcomes: answer.outcomes(portfolio),
    valueAtRisk: portfolio.valueAtRisk,
    cvar: portfolio.cvar,
    ...(show === 'best' && { lossLimit: request.lossLimit }),
  });
}

/** An answer without its picture is still an answer, so a chart that fails is only logged. */
async function picture(answer: AllocateAnswer, show: 'best' | 'minimum', app: App): Promise<ReplyImage | undefined> {
  const portfolio = shownPortfolio(answer, show);
  try {
    const png = await app.charts.png(answerChart(answer, show));
    const description =
      `Weights of ${answer.universe} and the distribution of its result over ${answer.request.horizonDays} trading days: ` +
      `value-at-risk ${percent(portfolio.valueAtRisk)}, CVaR ${percent(portfolio.cvar)}`;
    return { name: 'allocation.png', png, description };
  } catch (error) {
    app.log.error({ err: error }, 'the chart could not be drawn');
    return undefined;
  }
}

/** Buttons for a limit that cannot be kept: the least risky split, and the smallest limit that would be answered. */
async function waysOut(
  request: AllocateCommandRequest,
  answer: AllocateAnswer,
  memberId: string,
  app: App,
): Promise<ReplyButton[]> {
  const smallest = roundUpToTenthPercent(answer.allocation.minimum.cvar);
  const keep = async (kept: AllocateCommandRequest): Promise<string> => {
    const key = randomBytes(9).toString('base64url');
    await app.requests.set(key, { memberId, request: kept }, BUTTON_LIFE);
    return key;
  };
  const minimumKey = await keep({ ...request, show: 'minimum' });
  const buttons: ReplyButton[] = [
    { label: 'Use minimum risk', style: 'primary', command: 'allocate', key: minimumKey },
  ];
  if (smallest > RANGES.loss.max) return buttons;
  const smallestKey = await keep({ ...request, allocate: { ...request.allocate, lossLimit: smallest } });
  return [
    ...buttons,
    { label: `Try ${shortPercent(smallest)}`, style: 'secondary', command: 'allocate', key: smallestKey },
  ];
}
