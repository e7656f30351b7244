import type { RecordAnswer } from '../../engine-service/record.ts';
import { restate, type Restated } from '../question.ts';

/** What both pictures of a record are drawn from. */
export interface RecordChartInput extends Pick<RecordAnswer, 'record' | 'walks'> {
  readonly asked: Restated;
  /** The universe's name. */
  readonly label: string;
  /** Trading days. */
  readonly horizonDays: number;
  readonly alpha: number;
}

export function chartInputOf({ request, universe, record, walks }: RecordAnswer): RecordChartInput {
  const { horizonDays, risk } = request.mandate;
  const cvars = walks.flatMap(({ decisions }) => decisions.flatMap(({ cvar }) => (cvar === undefined ? [] : [cvar])));
  return { asked: restate(request, cvars), label: universe, horizonDays, alpha: risk.alpha, record, walks };
}
