import { toText } from "../bson/extended-json.js";
import { isNumber, toDouble } from "../bson/numbers.js";
import { isArray, isDoc, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";

interface Armed {
  readonly data: Doc;
  /** Evaluations that pass before it fires. */
  skip: number;
  /** Times it still fires. */
  times: number;
}

/** What a fired fail point asks of the command. */
export interface Fault {
  readonly blockMs: number;
  readonly closeConnection: boolean;
  readonly error: { readonly code: number; readonly labels: readonly string[] | undefined } | undefined;
  readonly writeConcernError: { readonly doc: Doc; readonly labels: readonly string[] | undefined } | undefined;
}

/**
 * Faults on order, for tests: `configureFailPoint` arms them, commands ask whether one fires.
 * Source: mongodb/specifications, "Server Fail Points"
 */
export class FailPoints {
  readonly #armed = new Map<string, Armed>();

  /** @param mode "off", "alwaysOn", `{ times }` or `{ skip }` */
  configure(name: string, mode: Value | undefined, data: Doc): void {
    if (mode === "off") this.#armed.delete(name);
    else if (mode === "alwaysOn") this.#armed.set(name, { data, skip: 0, times: Infinity });
    else if (isDoc(mode)) this.#armed.set(name, { data, skip: 0, times: Infinity, ...readMode(mode) });
    else throw new ServerError("BadValue", `unknown mode: ${toText(mode)}`);
  }

  /** Whether `failCommand` hits this command. */
  onCommand(command: string, appName: string | undefined): Fault | undefined {
    const armed = this.#armed.get("failCommand");
    if (armed === undefined || !concerns(armed.data, command, appName) || !this.#fires("failCommand", armed)) {
      return undefined;
    }
    return readFault(armed.data);
  }

  /** Whether a statement of a retryable write is hit after it is done; one call a statement. */
  onStatement(): { readonly error: ServerError | undefined; readonly closeConnection: boolean } | undefined {
    const name = "onPrimaryTransactionalWrite";
    const armed = this.#armed.get(name);
    if (armed === undefined || !this.#fires(name, armed)) return undefined;
    const code = numberOf(armed.data.get("failBeforeCommitExceptionCode"));
    const error =
      code === undefined
        ? undefined
        : new ServerError(code, "Failing write due to failpoint. The write must not be reflected.");
    return { error, closeConnection: armed.data.get("closeConnection") !== false };
  }

  #fires(name: string, armed: Armed): boolean {
    if (armed.skip > 0) {
      armed.skip--;
      return false;
    }
    armed.times--;
    if (armed.times <= 0) this.#armed.delete(name);
    return true;
  }
}

function readMode(mode: Doc): Partial<Armed> {
  const times = numberOf(mode.get("times"));
  const skip = numberOf(mode.get("skip"));
  if (times !== undefined) return { times };
  if (skip !== undefined) return { skip };
  throw new ServerError("BadValue", "a fail point's mode takes times or skip");
}

function concerns(data: Doc, command: string, appName: string | undefined): boolean {
  const commands = data.get("failCommands");
  const app = data.get("appName");
  return isArray(commands) && commands.includes(command) && (app === undefined || app === appName);
}

function readFault(data: Doc): Fault {
  const code = numberOf(data.get("errorCode"));
  const labels = textsOf(data.get("errorLabels"));
  const concern = data.get("writeConcernError");
  return {
    blockMs: data.get("blockConnection") === true ? (numberOf(data.get("blockTimeMS")) ?? 0) : 0,
    closeConnection: data.get("closeConnection") === true,
    error: code === undefined ? undefined : { code, labels },
    writeConcernError: isDoc(concern)
      ? { doc: withoutLabels(concern), labels: textsOf(concern.get("errorLabels")) ?? labels }
      : undefined,
  };
}

function withoutLabels(concern: Doc): Doc {
  return new Map([...concern].filter(([name]) => name !== "errorLabels"));
}

function numberOf(value: Value | undefined): number | undefined {
  return isNumber(value) ? toDouble(value) : undefined;
}

function textsOf(value: Value | undefined): readonly string[] | undefined {
  return isArray(value) ? value.filter((item) => typeof item === "string") : undefined;
}
