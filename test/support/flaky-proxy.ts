import { createConnection, createServer, type AddressInfo, type NetConnectOpts, type Socket } from "node:net";

export interface FlakyProxy {
  /** The same deployment through the proxy. */
  readonly uri: string;
  /** The next message of a command whose bytes hold `text` reaches the server; its answer does not come back. */
  loseAnswerTo(text: string): void;
  /** The next such message is not passed on. */
  loseRequest(text: string): void;
  readonly lost: () => number;
  close(): Promise<void>;
}

/** Stands between the driver and a server and drops connections at chosen moments. */
export async function startFlakyProxy(serverUri: string): Promise<FlakyProxy> {
  const { target, login } = readUri(serverUri);
  const sockets = new Set<Socket>();
  let armed: { readonly text: string; readonly when: "request" | "answer" } | undefined;
  let lost = 0;
  const proxy = createServer((client) => {
    const server = createConnection(target);
    let dropping = false;
    for (const socket of [client, server]) {
      sockets.add(socket);
      // Ends are what this proxy is for.
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.on("data", (chunk: Buffer) => {
      if (armed !== undefined && chunk.includes(armed.text)) {
        const { when } = armed;
        armed = undefined;
        lost++;
        if (when === "request") return void client.destroy();
        dropping = true;
      }
      server.write(chunk);
    });
    server.on("data", (chunk: Buffer) => {
      if (dropping) client.destroy();
      else client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as AddressInfo;
  return {
    uri: `mongodb://${login}127.0.0.1:${port}/?directConnection=true${login === "" ? "" : "&authSource=admin"}`,
    loseAnswerTo: (text) => void (armed = { text, when: "answer" }),
    loseRequest: (text) => void (armed = { text, when: "request" }),
    lost: () => lost,
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function readUri(uri: string): { target: NetConnectOpts; login: string } {
  const [, login = "", address = ""] = /^mongodb:\/\/([^@/]+@)?([^/,]+)/.exec(uri) ?? [];
  if (address.toLowerCase().endsWith(".sock")) return { target: { path: decodeURIComponent(address) }, login };
  const [host = "127.0.0.1", port = "27017"] = address.split(":");
  return { target: { host, port: Number(port) }, login };
}
