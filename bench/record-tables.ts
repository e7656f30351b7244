// The tables of docs/record.md.
import type { RecordAnswer } from '../src/engine-service/record.ts';
import { cvar } from '../src/engine/risk.ts';
import { ENOUGH_DECISIONS, summariseRecord, type RecordSummary, type Walk } from '../src/engine/record/record.ts';
import { DEFAULTS } from '../src/parse.ts';
import type { AnswerFigures } from './record-answers.ts';
import type { RecordSet } from './record.ts';

export interface MadeRecord {
  readonly set: RecordSet;
  readonly recipe: string;
  readonly answer: RecordAnswer;
}

export interface BarFigures extends AnswerFigures {
  /** Decisions at offset 0 on which a plain bootstrap's smallest CVaR is within the limit. */
  readonly feasibleByBootstrap: number;
}

const { alpha } = DEFAULTS;
export const percent = (value: number, digits = 1): string => `${(100 * value).toFixed(digits)}%`;
export const number = (value: number | undefined, digits = 2): string =>
  value === undefined ? '–' : value.toFixed(digits);
const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  row(header) + row(header.map(() => '---')) + rows.map(row).join('');

export function setsTable(made: readonly MadeRecord[]): string {
  return table(
    [
      'prices',
      'recipe',
      'decisions',
      'VaR broken (5% promised)',
      'by chance',
      'realised CVaR ÷ limit',
      'predicted',
      'realised',
      't',
      'limit used',
      'κ',
      'minimum: realised ÷ predicted',
    ],
    made.map(({ set, recipe, answer: { record, walks } }) => {
      const { pooled } = record;
      const interval = pooled.violationsInterval;
      return [
        `${set.name}${set.years === 'development' ? ' (development)' : ''}`,
        recipe,
        String(record.decisions),
        pooled.feasible === 0 ? '–' : percent(pooled.violations / pooled.feasible),
        interval ? `${percent(interval[0])} to ${percent(interval[1])}` : '–',
        number(pooled.realisedToLimit),
        pooled.predicted === undefined ? '–' : percent(pooled.predicted, 2),
        pooled.realised === undefined ? '–' : percent(pooled.realised, 2),
        number(pooled.tPredictedMinusRealised),
        pooled.used === undefined ? '–' : percent(pooled.used, 0),
        number(pooled.kappa),
        number(mean(walks.map(minimumRatio))),
      ];
    }),
  );
}

/** The mean of the worst 1 − alpha of loss ÷ predicted CVaR of the least risky split. */
function minimumRatio({ decisions }: Walk): number {
  const least = decisions.filter(({ limit }) => limit === 'min');
  return cvar(
    Float64Array.from(least, (one) => -one.realised / (one.freshCvar ?? one.cvar!)),
    alpha,
  );
}

/** Walks of several sets, one for each offset. */
function poolWalks(made: readonly MadeRecord[]): Walk[] {
  const all = made.flatMap(({ answer }) => answer.walks);
  return [...Map.groupBy(all, ({ offset }) => offset)].map(([offset, walks]) => ({
    offset,
    decisions: walks.flatMap(({ decisions }) => decisions),
    kappas: walks.flatMap(({ kappas }) => kappas),
  }));
}

/** Whether the bars are measured on it. */
export const isBar = ({ set }: MadeRecord): boolean => set.years === 'test' && !set.name.startsWith('crypto');

const list = (values: readonly number[], show: (value: number) => string): string =>
  values.map((value) => show(value)).join(' · ');

/** Of the first walk. */
const feasibleIn = ([first]: readonly Walk[]): number =>
  first?.decisions.filter(({ limit, status }) => typeof limit === 'number' && status === 'optimal').length ?? 0;

/** What was asked of the test years, and what came. */
export function barsTable(made: readonly MadeRecord[], figures: BarFigures): string {
  const [walks, plainWalks] = ['filtered', 'plain'].map((recipe) =>
    poolWalks(made.filter((one) => isBar(one) && one.recipe === recipe)),
  );
  return table(
    ['bar', 'asked', 'measured', 'kept'],
    [
      ...heldBars(walks!),
      ...mixedBars(made),
      ...profitBars(walks!),
      ...answerBars(figures),
      ...plainBars(walks!, plainWalks!, figures),
    ],
  );
}

function heldBars(walks: readonly Walk[]): string[][] {
  const { pooled } = summariseRecord(walks, alpha);
  const byOffset = walks.map((walk) => summariseRecord([walk], alpha));
  const cells = byOffset.flatMap(enoughLimits);
  const z2Kept = cells.filter(({ z2 = Number.NaN, z2Critical = Number.NaN }) => z2 >= z2Critical).length;
  const shares = byOffset.map((one) => one.pooled.violations / one.pooled.feasible);
  const ratios = byOffset.map((one) => one.pooled.realisedToLimit ?? Number.NaN);
  const interval = pooled.violationsInterval ?? [Number.NaN, Number.NaN];
  const share = pooled.violations / pooled.feasible;
  return [
    bar(
      'realised CVaR ÷ limit, mean of offsets',
      '0.85–1.15',
      `${number(mean(ratios))} (${list(ratios, number)})`,
      within(mean(ratios), 0.85, 1.15),
    ),
    bar(
      'VaR broken, pooled',
      '2.5–6.5%, interval contains 5%',
      `${percent(share)} (${list(shares, percent)}), ${percent(interval[0])} to ${percent(interval[1])}`,
      within(share, 0.025, 0.065) && within(0.05, interval[0], interval[1]),
    ),
    bar(
      'Z2 above its critical value',
      '≥ 85% of limit × offset',
      `${z2Kept} of ${cells.length}`,
      z2Kept >= 0.85 * cells.length,
    ),
    minimumBar('minimum CVaR: realised ÷ predicted, mean of offsets', 1.15, walks),
  ];
}

/** Of baskets with bonds and gold, of which there are development years only. */
function mixedBars(made: readonly MadeRecord[]): string[][] {
  return made
    .filter(({ set, recipe }) => set.name.startsWith('etf14') && recipe === 'filtered')
    .map(({ answer: { walks } }) => minimumBar('minimum CVaR with bonds and gold (etf14, development)', 1.3, walks));
}

function minimumBar(name: string, atMost: number, walks: readonly Walk[]): string[] {
  const ratios = walks.map(minimumRatio);
  const average = mean(ratios);
  return bar(name, `≤ ${atMost}`, `${number(average)} (${list(ratios, number)})`, average <= atMost);
}

function profitBars(walks: readonly Walk[]): string[][] {
  const {
    predicted = Number.NaN,
    realised = Number.NaN,
    used = Number.NaN,
    tPredictedMinusRealised: t = Number.NaN,
  } = summariseRecord(walks, alpha).pooled;
  const ts = walks.map((walk) => summariseRecord([walk], alpha).pooled.tPredictedMinusRealised ?? Number.NaN);
  const ten = tenAboveMinimum(walks);
  return [
    bar(
      'predicted − realised profit, Newey–West t',
      '|t| < 1.96; predicted ÷ realised 0.6–1.5',
      `${number(t)} (${list(ts, number)}); ${number(predicted / realised)}`,
      Math.abs(t) < 1.96 && within(predicted / realised, 0.6, 1.5),
    ),
    bar('limit used, where it decides', '≥ 95%', percent(used), used >= 0.95),
    bar(
      'realised at a 10% limit − minimum CVaR’s',
      'mean > 0',
      `${percent(ten.mean, 2)} (t ${number(ten.t)})`,
      ten.mean > 0,
    ),
  ];
}

const answerBars = ({ keptByJudge, answers, movedBySeed }: AnswerFigures): string[][] => [
  bar(
    'judge’s CVaR ≤ limit × 1.005 (100,000 scenarios)',
    '≥ 97% of answers',
    `${percent(keptByJudge)} of ${answers}`,
    keptByJudge >= 0.97,
  ),
  bar('weights moved by another seed, ½ Σ|Δw|', '≤ 7%', percent(movedBySeed), movedBySeed <= 0.07),
];

function plainBars(
  walks: readonly Walk[],
  plainWalks: readonly Walk[],
  { feasibleByBootstrap }: BarFigures,
): string[][] {
  const { realisedToLimit = Number.NaN, tPredictedMinusRealised: t = Number.NaN } = summariseRecord(
    plainWalks,
    alpha,
  ).pooled;
  const share = feasibleIn(walks) / feasibleIn(plainWalks);
  const bootstrapShare = feasibleIn(walks) / feasibleByBootstrap;
  return [
    bar('feasible decisions ÷ plain’s (offset 0)', '≥ 0.8', number(share), share >= 0.8),
    bar('feasible decisions ÷ a plain bootstrap’s (offset 0)', '≥ 0.8', number(bootstrapShare), bootstrapShare >= 0.8),
    bar(
      'negative control: plain',
      'outside 0.85–1.15, t beyond 1.96',
      `${number(realisedToLimit)}, t ${number(t)}`,
      !within(realisedToLimit, 0.85, 1.15) && t > 1.96,
    ),
  ];
}

const bar = (name: string, asked: string, measured: string, isKept: boolean): string[] => [
  name,
  asked,
  measured,
  isKept ? 'yes' : '**no**',
];

const within = (value: number, from: number, to: number): boolean => value >= from && value <= to;

const enoughLimits = ({ byLimit }: RecordSummary) => byLimit.filter(({ feasible }) => feasible >= ENOUGH_DECISIONS);

function tenAboveMinimum(walks: readonly Walk[]): { readonly mean: number; readonly t: number } {
  const differences = walks.flatMap(({ decisions }) => {
    // Each day begins with equal weights. Two sets may have decided on the same day.
    let day = 0;
    const days = Map.groupBy(decisions, ({ limit }) => (limit === 'equal' ? ++day : day));
    return [...days.values()].flatMap((all) => {
      const [ten, least] = [all.find(({ limit }) => limit === 0.1), all.find(({ limit }) => limit === 'min')];
      return ten?.status === 'optimal' && least ? [ten.realised - least.realised] : [];
    });
  });
  const average = mean(differences);
  const variance = mean(differences.map((one) => (one - average) ** 2));
  // Offsets overlap: as many independent differences as one walk has.
  return { mean: average, t: average / Math.sqrt((variance * walks.length) / differences.length) };
}

export function recordDocument(
  made: readonly MadeRecord[],
  figures: BarFigures,
  reads: ReadonlyMap<string, number>,
): string {
  return [
    '# Did the limits hold?',
    '',
    'Decisions that `allocate` would have made in the past, every 21 days, with models trained yearly, and what came of them.',
    'Made by `node bench/record.ts`. Of each set the decisions begin 0, 5, 10 and 15 days later (`plain`: 0). Limits of 3% to',
    `15% (coins: 15% to 50%) with ${ENOUGH_DECISIONS} feasible decisions an offset are pooled, or all where none has as many.`,
    '',
    '- **VaR broken**: losses beyond the value-at-risk. 5% are promised. *By chance*: 95% of draws of half-years.',
    '- **Realised CVaR ÷ limit**: the average of the worst 5% of loss ÷ limit, per offset, averaged. 1 is what was promised.',
    '- **t**: predicted − realised profit over 21 days, Newey–West. Beyond 1.96 profit was overstated.',
    '- **plain** is "Generative LSTM + CVaR" as it is written: the negative control. A *plain bootstrap* draws whole days of',
    '  the last ten years one by one, with each asset’s own mean in them: it promises less than `plain`, and still too much.',
    '',
    'Constants were chosen on development years alone. How often test years were read, this time included:',
    `${[...reads].map(([name, count]) => `${name} ${count}`).join(', ')}.`,
    '',
    setsTable(made),
    '## The bars',
    '',
    'On us20 2012–2022 and study12 2018–2024 together.',
    '',
    barsTable(made, figures),
    '`sp500_index_skfolio_1990_2022.csv` holds one index, which nothing buys: it has no record. Survivorship flatters every',
    'realised profit: these are shares that are still listed.',
    '',
  ].join('\n');
}
