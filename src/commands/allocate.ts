import { randomBytes } from 'node:crypto';
import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { AllocateAnswer, AllocateCommandRequest, App } from '../app.ts';
import { allocationChart } from '../charts/allocation.ts';
import type { ChartSpec } from '../charts/spec.ts';
import { UserError } from '../errors.ts';
import { allocationReply, shownPortfolio } from '../text/allocation.ts';
import { percent, roundUpToTenthPercent, shortPercent } from '../text/format.ts';
import { OPTIONS, completeUniverse, readRequest } from '../text/options.ts';
import { RANGES, parseAmount, parseRate } from '../text/parse.ts';
import { pictureOf } from '../text/picture.ts';
import { describeProgress } from '../text/progress.ts';
import type { ReplyButton, ReplyImage } from '../text/reply.ts';
import type { Command } from './types.ts';

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
      OPTIONS.horizon,
      OPTIONS.alpha,
      OPTIONS.universe,
      OPTIONS.tickers,
      OPTIONS.maxWeight,
      { type: OptionType.Number, name: 'amount', description: 'Money to split, to see whole shares and the cash left' },
      OPTIONS.public,
    ],
  },

  parse(options, { guild }) {
    const { amount } = options;
    const { currency } = guild.settings;
    return {
      allocate: {
        ...readRequest(options, guild),
        lossLimit: parseRate(String(options.loss ?? ''), 'loss', RANGES.loss),
        ...(amount !== undefined && { amount: parseAmount(Number(amount), 'amount') }),
        ...(amount !== undefined && currency !== undefined && { amountCurrency: currency }),
      },
      isPublic: options.public === true,
      show: 'best',
    };
  },

  isPublic: (request) => request.isPublic,

  isHeavy: () => true,

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

  complete: (option, typed, { guild }) => completeUniverse(option, typed, guild.universes),

  async press(key, { memberId, app }) {
    const stored = await app.requests.get(key);
    if (stored === undefined) throw new UserError('This button is too old: please use /allocate again.');
    if (stored.memberId !== memberId) {
      throw new UserError('This button belongs to the person who asked: use /allocate for an answer of your own.');
    }
    return stored.request;
  },
};

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

function picture(answer: AllocateAnswer, show: 'best' | 'minimum', app: App): Promise<ReplyImage | undefined> {
  const { valueAtRisk, cvar } = shownPortfolio(answer, show);
  return pictureOf(app, {
    name: 'allocation.png',
    description:
      `Weights of ${answer.universe} and the distribution of its result over ${answer.request.horizonDays} trading days: ` +
      `value-at-risk ${percent(valueAtRisk)}, CVaR ${percent(cvar)}`,
    chart: () => answerChart(answer, show),
  });
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
