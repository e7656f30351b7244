// The time of a universe's first record, and of its night: `node bench/record-time.ts`.
import { DEFAULT_STRATEGY } from '../src/engine/strategies/index.ts';
import { temporaryHome } from '../tests/support/tailcap.ts';
import { runAlone } from './alone.ts';
import { type Figure, figure } from './figures.ts';
import { openQuietApp } from './quiet-app.ts';
import { secondsOf } from './timing.ts';

/** Of 12 assets and 10 years. */
const universe = { kind: 'named', name: 'sample' } as const;

export async function* benchRecordTime(): AsyncGenerator<Figure> {
  const { home, remove } = temporaryHome();
  const app = await openQuietApp(home);
  try {
    const training = await secondsOf(() => app.engine.retrain({ universe, strategy: DEFAULT_STRATEGY }));
    const record = await secondsOf(() => app.engine.keepRecord({ universe, horizonDays: 21 }));
    yield figure('a first training with the forecasts of earlier years, 12 assets × 10 years', training, 's');
    yield figure('record of 12 assets × 10 years', record, 's', { bar: { atMost: 15 } });
    yield figure('night of a new universe: training and record', training + record, 's', { bar: { atMost: 20 } });
    const retraining = await secondsOf(() => app.engine.retrain({ universe, strategy: DEFAULT_STRATEGY }));
    yield figure('a training that continues an earlier one', retraining, 's');
  } finally {
    await app.close();
    remove();
  }
}

if (import.meta.main) await runAlone(benchRecordTime);
