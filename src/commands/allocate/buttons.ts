import { randomBytes } from 'node:crypto';
import type { AllocateCommandRequest, StoredRequest } from '../../engine-service/requests.ts';
import type { Table } from '../../store/table.ts';

/** Buttons work for this long: milliseconds. */
export const BUTTON_LIFE = 30 * 86_400_000;

/**
 * Keeps what a button of /allocate stands for.
 * @param memberId the only one who may press it
 * @returns the button's key
 */
export async function keepRequest(
  requests: Table<StoredRequest>,
  memberId: string,
  request: AllocateCommandRequest,
): Promise<string> {
  const key = randomBytes(9).toString('base64url');
  await requests.set(key, { memberId, request }, BUTTON_LIFE);
  return key;
}
