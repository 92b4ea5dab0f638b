import { createServer, type Socket } from "node:net";
import { serveConnection, type Answer, type ConnectionState } from "./connection.js";

/** A listening server and its open connections. */
export interface Listener {
  /** The port that was given; undefined on a Unix socket. */
  readonly port: number | undefined;
  readonly openConnections: () => number;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Clients that may knock at once: a Unix socket turns away those beyond it. */
const backlog = 4096;

/**
 * Listens on a socket's path or a loopback port (0 for any).
 * @param needsLogin whether connections start without rights
 */
export async function listen(where: string | number, needsLogin: boolean, answer: Answer): Promise<Listener> {
  const sockets = new Set<Socket>();
  let ids = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    const state: Omit<ConnectionState, "signal"> = {
      id: ++ids,
      appName: undefined,
      authenticated: !needsLogin,
      login: undefined,
    };
    serveConnection(socket, state, answer);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    const place = typeof where === "string" ? { path: where } : { port: where, host: "127.0.0.1" };
    server.listen({ ...place, backlog }, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" ? address?.port : undefined,
    openConnections: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
