import type { AllocateAnswer } from '../../engine-service/answers.ts';
import { age, money } from '../../format.ts';
import type { ReplyField } from '../../reply.ts';

/** @param now milliseconds since 1970: the age of the rate is told by it */
export function amountFields({ request, conversion }: AllocateAnswer, now: number): ReplyField[] {
  if (conversion === undefined || request.amount === undefined) return [];
  const { from } = conversion;
  if (conversion.kind === 'assumed') {
    const prices = conversion.to === undefined ? 'which name no currency' : `fictional ${conversion.to}`;
    const value = `${money(request.amount)} in the money of the prices, ${prices}: it was not converted from ${from}.`;
    return [{ name: 'Amount', value }];
  }
  const { to, rate, until, vendor, stale } = conversion;
  const perUnit = `${money(request.amount, from)} at ${Number(rate.toPrecision(6))} ${to} for 1 ${from}`;
  if (until === undefined || vendor === undefined) return [{ name: 'Amount', value: `${perUnit}.` }];
  const why = stale ? ` ${vendor} did not answer: the newest rate that is stored was used.` : '';
  return [{ name: 'Amount', value: `${perUnit}, the rate of ${until} (${age(until, now)}).${why}` }];
}
