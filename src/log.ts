import pino, { type DestinationStream, type Logger } from 'pino';
import { describeError } from './describe-error.ts';

/** @param to absent: standard error, because standard output is for answers */
export const createLog = (level: string, to: DestinationStream = pino.destination(2)): Logger =>
  pino({ level, serializers: { err: describeError } }, to);
