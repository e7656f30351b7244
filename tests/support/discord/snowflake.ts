import { randomInt } from 'node:crypto';

/** Discord's ids begin in 2015. */
const EPOCH = 1_420_070_400_000n;

/** An id of the present moment: its low 22 bits tell ids of one millisecond apart. */
export function newSnowflake(): string {
  return String(((BigInt(Date.now()) - EPOCH) << 22n) | BigInt(randomInt(2 ** 22)));
}
