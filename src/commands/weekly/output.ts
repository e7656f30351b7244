import type { WeeklyStudyAnswer } from '../../engine-service/weekly-study.ts';
import { pricesJson, roundSeconds } from '../../terminal/json.ts';
import { DOCUMENT, isDocuments, PRINTED, RULES, ruleSpreads, seedSpreadOf } from './figures.ts';

export function studyJson(answer: WeeklyStudyAnswer): object {
  const { request, tickers, dates, trainedUntil, benchmarks, seeds, constantSkill, prices, seconds } = answer;
  const { params, riskFree, costRate } = request;
  const rules = RULES.map((rule) => [
    rule,
    { ...ruleSpreads(answer, rule, 'figures'), afterCosts: ruleSpreads(answer, rule, 'afterCosts') },
  ]);
  return {
    status: 'studied',
    tickers,
    from: dates[0],
    until: dates.at(-1),
    weeks: dates.length - 1,
    trainedUntil,
    ...params,
    riskFree,
    costRate,
    capital: DOCUMENT.capital,
    benchmarks: Object.fromEntries(benchmarks.map(({ benchmark, figures }) => [benchmark, figures])),
    strategy: Object.fromEntries(rules),
    skill: seedSpreadOf(seeds.map(({ skill }) => skill)),
    constantSkill,
    seeds: seeds.map(({ seed, skill, rules: { longOnly, short } }) => ({
      seed,
      skill,
      longOnly: { ...longOnly.figures, afterCosts: longOnly.afterCosts },
      short: { ...short.figures, afterCosts: short.afterCosts },
    })),
    ...(isDocuments(answer) && { printed: PRINTED }),
    prices: pricesJson(prices),
    seconds: roundSeconds(seconds),
  };
}
