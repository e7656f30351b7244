import { join } from 'node:path';
import { type App, createApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';

/** The program over a store and models of its own in a directory. It logs only faults, and stops no work. */
export const openQuietApp = (home: string): Promise<App> =>
  createApp(
    readConfig({
      STORE_URL: `sqlite:${join(home, 'store.sqlite')}`,
      MODELS_DIR: join(home, 'models'),
      LOG_LEVEL: 'error',
    }),
    { isWatched: true },
  );
