import type { Socket } from "node:net";
import { FrameError, FrameReader, maxMessageBytes } from "./frames.js";
import { parseMessage, type RequestMessage } from "./message.js";

/** Before it has logged in a client may send no more than a handshake needs. */
const unauthenticatedLimit = 64 * 1024;
/** Input that may wait while a command runs before the socket is left unread. */
const waitingLimit = 1024 * 1024;

/** One client's connection, as commands see it. */
export interface ConnectionState {
  readonly id: number;
  /** From the handshake's `client` document. */
  appName: string | undefined;
  /** Whether commands may run: always where no log-in is asked for. */
  authenticated: boolean;
  /** The login under way, see `auth/`. */
  login: object | undefined;
  /** Ends when the client goes away. */
  readonly signal: AbortSignal;
}

/**
 * Answers one message.
 * @returns the framed answer, undefined for none, or "close" to end the connection
 */
export type Answer = (
  message: RequestMessage,
  connection: ConnectionState,
) => Promise<Buffer | undefined | "close"> | Buffer | undefined | "close";

/**
 * Serves one socket: one command at a time, in order, and none while the client does not read its answers. A
 * malformed message ends this connection alone.
 * @param onError told of bugs only, not of clients that misbehave
 */
export function serveConnection(socket: Socket, connection: Omit<ConnectionState, "signal">, answer: Answer): void {
  const gone = new AbortController();
  const state: ConnectionState = Object.assign(connection, { signal: gone.signal });
  const frames = new FrameReader();
  let busy = false;

  const step = async (): Promise<void> => {
    for (;;) {
      const frame = frames.next(state.authenticated ? maxMessageBytes : unauthenticatedLimit);
      if (frame === undefined) return;
      const bytes = await answer(parseMessage(frame), state);
      if (bytes === "close" || socket.destroyed) return void socket.destroy();
      if (bytes !== undefined && !socket.write(bytes)) await drained(socket, gone.signal);
    }
  };
  const work = async (): Promise<void> => {
    busy = true;
    try {
      await step();
    } catch (error) {
      socket.destroy();
      if (!(error instanceof FrameError)) throw error;
    } finally {
      busy = false;
      if (!socket.destroyed) socket.resume();
    }
  };
  socket.setNoDelay(true);
  socket.on("data", (chunk: Buffer) => {
    frames.push(chunk);
    if (!busy) void work();
    else if (frames.size > waitingLimit) socket.pause();
  });
  // A reset by the peer is an ordinary end; `close` follows it.
  socket.on("error", () => socket.destroy());
  socket.on("close", () => gone.abort());
}

function drained(socket: Socket, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (gone.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      socket.off("drain", done);
      gone.removeEventListener("abort", done);
      resolve();
    };
    socket.once("drain", done);
    gone.addEventListener("abort", done);
  });
}
