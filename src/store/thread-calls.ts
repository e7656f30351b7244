// Calls of an object's methods on another thread.
import type { MessagePort } from 'node:worker_threads';

export interface Call {
  readonly id: number;
  readonly method: string;
  /** The moment at which the caller stops waiting, which is every method's first argument. */
  readonly deadline: number;
  readonly args: readonly unknown[];
}

export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: PlainError;
}

/** An error with what its copy would lose on the way between threads. */
export interface PlainError {
  readonly message: string;
  readonly stack?: string | undefined;
  readonly code?: unknown;
  readonly errcode?: unknown;
}

/** @param open gives the service for the first call, and for later ones until it has succeeded */
export function serveCalls<S extends object>(port: MessagePort, open: (deadline: number) => Promise<S>): void {
  let service: Promise<S> | undefined;
  const answer = async ({ id, method, deadline, args }: Call): Promise<Answer> => {
    try {
      service ??= open(deadline);
      const opened = await service.catch((error: unknown) => {
        service = undefined;
        throw error;
      });
      const work: unknown = Reflect.get(opened, method);
      if (typeof work !== 'function') throw new Error(`no method ${method}`);
      return { id, result: await Reflect.apply(work, opened, [deadline, ...args]) };
    } catch (error) {
      return { id, error: plain(error) };
    }
  };
  const send = (said: Answer): void => {
    try {
      port.postMessage(said);
    } catch (error) {
      // It cannot be copied, as when there is no memory left: that fails this call alone.
      port.postMessage({ id: said.id, error: plain(error) } satisfies Answer);
    }
  };
  port.on('message', (call: Call) => void answer(call).then(send));
}

function plain(error: unknown): PlainError {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, stack } = error;
  return {
    message,
    stack,
    ...('code' in error && { code: error.code }),
    ...('errcode' in error && { errcode: error.errcode }),
  };
}
