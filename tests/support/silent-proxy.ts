import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A proxy that can fall silent: it then accepts connections and data, and passes nothing on. */
export interface SilentProxy {
  /** The URL, with this host and port in the place of the server's. */
  readonly url: string;
  setSilent(isSilent: boolean): void;
  close(): Promise<void>;
}

export async function startSilentProxy(url: string): Promise<SilentProxy> {
  const { hostname, port } = new URL(url);
  let silent = false;
  const sockets = new Set<Socket>();
  const pass = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (data) => silent || to.write(data));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    pass(client, upstream);
    pass(upstream, client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  return {
    url: url.replace(`:${port}/`, `:${address.port}/`),
    setSilent(isSilent) {
      silent = isSilent;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
