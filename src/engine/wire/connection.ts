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
 */
export function serveConnection(socket: Socket, state: Omit<ConnectionState, "signal">, answer: Answer): void {
  const connection = new Connection(socket, state, answer);
  socket.setNoDelay(true);
  socket.on("data", (chunk: Buffer) => connection.receive(chunk));
  // A reset by the peer is an ordinary end; `close` follows it.
  socket.on("error", () => socket.destroy());
  socket.on("close", () => connection.end());
}

class Connection {
  readonly #socket: Socket;
  readonly #answer: Answer;
  readonly #state: ConnectionState;
  readonly #frames = new FrameReader();
  readonly #gone = new AbortController();
  #busy = false;

  constructor(socket: Socket, state: Omit<ConnectionState, "signal">, answer: Answer) {
    this.#socket = socket;
    this.#answer = answer;
    this.#state = Object.assign(state, { signal: this.#gone.signal });
  }

  receive(chunk: Buffer): void {
    this.#frames.push(chunk);
    if (!this.#busy) void this.#work();
    else if (this.#frames.size > waitingLimit) this.#socket.pause();
  }

  end(): void {
    this.#gone.abort();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    try {
      await this.#answerAll();
    } catch (error) {
      this.#socket.destroy();
      if (!(error instanceof FrameError)) throw error;
    } finally {
      this.#busy = false;
      if (!this.#socket.destroyed) this.#socket.resume();
    }
  }

  /** Answers the whole messages that are there. */
  async #answerAll(): Promise<void> {
    for (;;) {
      const frame = this.#frames.next(this.#state.authenticated ? maxMessageBytes : unauthenticatedLimit);
      if (frame === undefined) return;
      const bytes = await this.#answer(parseMessage(frame), this.#state);
      if (bytes === "close") this.#socket.destroy();
      if (this.#socket.destroyed) return;
      if (bytes instanceof Buffer && !this.#socket.write(bytes)) await drained(this.#socket, this.#gone.signal);
    }
  }
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
