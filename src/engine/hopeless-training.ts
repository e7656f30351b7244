import { UserError } from '../errors.ts';

const CODE = 'models.hopeless';

/** The error where no model of any use can be trained on the prices as they are. @param reason why, for the log */
export const hopelessTraining = (reason: string): UserError =>
  new UserError(
    'No usable model could be trained for these assets: what it learns from their prices does not forecast the newest days. Please try other tickers, or ones with a longer history.',
    { code: CODE, data: { reason } },
  );

/** Whether training again on the same prices would fail again. */
export const isHopeless = (error: unknown): error is UserError => error instanceof UserError && error.code === CODE;
