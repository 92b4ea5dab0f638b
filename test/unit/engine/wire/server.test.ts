import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync } from "node:fs";
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeDoc } from "../../../../src/engine/bson/decode.js";
import { docOf } from "../../../../src/engine/bson/types.js";
import { startEngine, type Engine } from "../../../../src/engine/index.js";
import { removeStaleSockets } from "../../../../src/engine/wire/address.js";
import { commandDoc, framed, opMsg } from "./messages.js";

let engine: Engine;
let path: string;
beforeAll(async () => {
  engine = await startEngine();
  path = decodeURIComponent(/^mongodb:\/\/([^/]+)/.exec(engine.uri)?.[1] ?? "");
});
afterAll(() => engine.close());

async function connect(): Promise<Socket> {
  const socket = createConnection(path);
  await once(socket, "connect");
  return socket;
}

const ping = opMsg(commandDoc({ ping: 1 }));

async function isAlive(): Promise<boolean> {
  const socket = await connect();
  socket.write(ping);
  const [answer] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return decodeDoc(answer, 21).get("ok") === 1;
}

async function engineConnections(): Promise<number> {
  const client = await new MongoClient(engine.uri).connect();
  const { connections } = await client.db("admin").command({ serverStatus: 1 });
  await client.close();
  return (connections as { current: number }).current;
}

describe("the socket", () => {
  it("stands in a directory that only its owner may enter", () => {
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
  });

  it("is removed with its directory when the engine closes", async () => {
    const other = await startEngine();
    const place = decodeURIComponent(/^mongodb:\/\/([^/]+)/.exec(other.uri)?.[1] ?? "");
    expect(existsSync(place)).toBe(true);
    await other.close();
    await other.close();
    expect(existsSync(join(place, ".."))).toBe(false);
  });

  it("is cleaned up after a server that died, and left alone while one listens", async () => {
    const parent = join(tmpdir(), `sockets-${randomUUID().slice(0, 8)}`);
    mkdirSync(parent);
    const live = await startEngine({ socketDir: parent });
    const liveDir = join(decodeURIComponent(/^mongodb:\/\/([^/]+)/.exec(live.uri)?.[1] ?? ""), "..");
    const dead = mkdtempSync(join(parent, "warehouse-engine-"));
    for (const directory of [liveDir, dead]) utimesSync(directory, 1, 1);
    await removeStaleSockets(parent);
    expect([existsSync(liveDir), existsSync(dead)]).toEqual([true, false]);
    await live.close();
    rmSync(parent, { recursive: true });
  });
});

describe("a connection", () => {
  it.each([
    ["a length that no message has", Buffer.alloc(16)],
    ["an unknown op code", framed(Buffer.alloc(32), 99)],
    ["text of another protocol", Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")],
  ])("is closed by %s, and others go on", async (_, bytes) => {
    const socket = await connect();
    const closed = once(socket, "close");
    socket.write(bytes);
    await closed;
    expect(await isAlive()).toBe(true);
  });

  it("answers commands in order, also those that came in one piece or many", async () => {
    const socket = await connect();
    const bytes = Buffer.concat(Array.from({ length: 50 }, () => ping));
    const answers: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => answers.push(chunk));
    for (let at = 0; at < bytes.length; at += 37) socket.write(bytes.subarray(at, at + 37));
    const size = (): number => answers.reduce((sum, chunk) => sum + chunk.length, 0);
    while (size() === 0 || size() % 50 !== 0) await once(socket, "data");
    const whole = Buffer.concat(answers);
    expect(whole.length / whole.readInt32LE(0)).toBe(50);
    socket.destroy();
  });

  it("whose client does not read stops nobody else", async () => {
    const client = await new MongoClient(engine.uri).connect();
    const big = client.db("slow").collection("big");
    await big.insertMany(Array.from({ length: 10 }, () => ({ text: "x".repeat(1_000_000) })));
    const slow = await connect();
    slow.pause();
    for (let n = 0; n < 30; n++) slow.write(opMsg(docOf({ find: "big", $db: "slow" })));
    expect(await isAlive()).toBe(true);
    expect(await big.countDocuments()).toBe(10);
    slow.destroy();
    await client.close();
  });

  it("is one of a thousand that stand still in the middle of a message, and stop nobody else", async () => {
    const before = await engineConnections();
    const others = await Promise.all(Array.from({ length: 1000 }, () => connect()));
    for (const socket of others) socket.write(ping.subarray(0, 30));
    const client = await new MongoClient(engine.uri).connect();
    const items = client.db("crowd").collection<{ _id: number }>("items");
    for (let n = 0; n < 20; n++) await items.insertOne({ _id: n });
    expect(await items.countDocuments()).toBe(20);
    expect(await engineConnections()).toBeGreaterThanOrEqual(before + 1000);
    await client.close();
    for (const socket of others) socket.destroy();
    expect(await isAlive()).toBe(true);
  });

  it("survives any change of real traffic", async () => {
    const traffic = Buffer.concat([
      ping,
      opMsg(commandDoc({ insert: "fuzz" }), { sequences: { documents: [docOf({ a: 1, list: ["x", 2n] })] } }),
      opMsg(commandDoc({ find: "fuzz", filter: docOf({ a: docOf({ $gte: 1 }) }) })),
    ]);
    const flips = fc.array(fc.tuple(fc.nat(traffic.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(flips, async (changes) => {
        const bytes = Buffer.from(traffic);
        for (const [at, value] of changes) bytes[at] = value;
        const socket = await connect();
        socket.on("error", () => socket.destroy());
        socket.resume();
        socket.end(bytes);
        await once(socket, "close");
      }),
      { numRuns: 150 },
    );
    expect(await isAlive()).toBe(true);
  });
});

describe("over TCP", () => {
  it("lets nobody in without the password of its URI", async () => {
    const tcp = await startEngine({ port: 0 });
    const client = await new MongoClient(tcp.uri).connect();
    expect(await client.db("a").collection("b").countDocuments()).toBe(0);
    await client.close();
    const bare = tcp.uri.replace(/\/\/[^@]*@/, "//").replace(/&auth.*/, "");
    const stranger = new MongoClient(bare);
    await expect(stranger.db("a").collection("b").findOne()).rejects.toMatchObject({ code: 13 });
    await stranger.close();
    const guess = new MongoClient(tcp.uri.replace(/:[^:@/]+@/, ":guess@"));
    await expect(guess.db("a").collection("b").findOne()).rejects.toMatchObject({ code: 18 });
    await guess.close();
    await tcp.close();
  });
});
