import { trainSmall } from '../support/small-model.ts';

/** A model of a few units for files that store models. Shared by them, so nobody changes it. */
export const trained = await trainSmall();
