import { BSON, type Document } from "mongodb";
import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";

/** A command as it was sent, on its way to be explained. */
export interface Recorded {
  readonly db: string;
  readonly command: Document;
}

export interface Recorder {
  /** The same engine through the recorder. */
  readonly uri: string;
  /** What was asked so far; each update and delete of a batch by itself. */
  readonly queries: () => readonly Recorded[];
  close(): Promise<void>;
}

const queried = ["find", "aggregate", "count", "distinct", "findAndModify", "update", "delete"];
const generic = ["lsid", "$clusterTime", "$db", "txnNumber", "autocommit", "startTransaction", "readConcern"].concat([
  "writeConcern",
  "$readPreference",
  "maxTimeMS",
]);

/** Stands between the driver and an engine on a Unix socket, and writes down what is asked. */
export async function startRecorder(engineUri: string): Promise<Recorder> {
  const [, path = ""] = /^mongodb:\/\/([^/]+)/.exec(engineUri) ?? [];
  const sockets = new Set<Socket>();
  const queries: Recorded[] = [];
  const server = createServer((client) => {
    const engine = createConnection(decodeURIComponent(path));
    let rest: Buffer = Buffer.alloc(0);
    client.on("data", (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 16 && rest.length >= rest.readInt32LE(0)) {
        const size = rest.readInt32LE(0);
        queries.push(...queriesIn(rest.subarray(0, size)));
        rest = rest.subarray(size);
      }
    });
    client.pipe(engine).pipe(client);
    for (const socket of [client, engine]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    uri: `mongodb://127.0.0.1:${port}/?directConnection=true`,
    queries: () => queries,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const opMsg = 2013;

/** Source: MongoDB manual, "MongoDB Wire Protocol", OP_MSG */
function queriesIn(frame: Buffer): Recorded[] {
  if (frame.readInt32LE(12) !== opMsg) return [];
  const command: Document = {};
  for (let at = 20; at < frame.length;) {
    const isBody = frame[at++] === 0;
    const end = at + frame.readInt32LE(at);
    if (isBody) Object.assign(command, BSON.deserialize(frame.subarray(at, end), { promoteValues: false }));
    else Object.assign(command, sequenceIn(frame.subarray(at, end)));
    at = end;
  }
  const [name = ""] = Object.keys(command).filter((each) => queried.includes(each));
  if (name === "") return [];
  const db = String(command["$db"]);
  const own = Object.fromEntries(Object.entries(command).filter(([key]) => !generic.includes(key)));
  return statementsOf(name, own).map((each) => ({ db, command: each }));
}

function sequenceIn(bytes: Buffer): Document {
  const nameEnd = bytes.indexOf(0, 4);
  const docs: Document[] = [];
  for (let at = nameEnd + 1; at < bytes.length; at += bytes.readInt32LE(at)) {
    docs.push(BSON.deserialize(bytes.subarray(at, at + bytes.readInt32LE(at)), { promoteValues: false }));
  }
  return { [bytes.toString("utf8", 4, nameEnd)]: docs };
}

/** Batches cannot be explained whole. */
function statementsOf(name: string, command: Document): Document[] {
  const field = { update: "updates", delete: "deletes" }[name];
  if (field === undefined) return [command];
  return (command[field] as Document[]).map((each) => ({ [name]: command[name] as unknown, [field]: [each] }));
}
