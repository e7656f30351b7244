import { compareWalks } from '../../src/engine/compare/compare.ts';
import type { CpcvShape } from '../../src/engine/compare/cpcv.ts';
import type { CompareAnswer } from '../../src/engine-service/compare.ts';
import type { CompareRequest } from '../../src/engine-service/requests.ts';
import { backtestAnswer } from './backtest-answer.ts';

interface Compared {
  /** Names of strategies but 1/N; each is a limit of the made-up backtest, from 5% up. */
  readonly names?: readonly string[];
  readonly decisions?: number;
  readonly hasIndex?: boolean;
  readonly cpcv?: CpcvShape;
}

const NAMES = ['cvar-lstm', 'minimum-cvar'];

/** The made-up decisions of a backtest as those of strategies, and by the engine what they came to beside each other. */
export function compareAnswer(
  changes: Partial<CompareRequest> = {},
  { names = NAMES, decisions = 50, hasIndex = true, cpcv }: Compared = {},
): CompareAnswer {
  const { request, result, ...about } = backtestAnswer({}, { decisions, hasIndex });
  const { limits: _, strategy: __, offset: ___, ...common } = request;
  const asked: CompareRequest = { ...common, limit: 0.08, riskFree: 0, ...(cpcv && { cpcv }), ...changes };
  const rules = [...names.map((_name, k) => (k + 5) / 100), 'equal' as const];
  const walks = [...names, 'equal-weight'].map((name, k) => ({
    name,
    path: result.paths.find(({ rule }) => rule === rules[k])!,
    decisions: result.decisions.filter(({ limit }) => limit === rules[k]),
  }));
  const indexPath = result.paths.find(({ rule }) => rule === 'index');
  const { horizonDays, risk } = asked.mandate;
  const { limit, riskFree } = asked;
  const input = { walks, benchmark: 'equal-weight', index: indexPath, limit, horizonDays, riskFree, cpcv, seed: 1 };
  return {
    ...about,
    request: asked,
    comparison: compareWalks({ ...input, alpha: risk.alpha }),
    walks,
    ...(indexPath && { indexPath }),
  };
}
