import { type Figure, figure } from '../figures.ts';

/** A count that must be 0. @param details are printed when it is not */
export function none(name: string, count: number, details = ''): Figure {
  if (count > 0 && details !== '') console.error(`${name}: ${details}`);
  return figure(name, count, '', { bar: { atMost: 0 } });
}
