import type { WarehouseError } from "../../shared/errors.js";
import { hanging, hangingCommand } from "./fold.js";
import { counted } from "./format.js";
import type { Look } from "./look.js";
import { visible } from "./visible.js";

/** An error as `--json` shows it. */
export interface ErrorDocument {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details: Readonly<Record<string, unknown>>;
  };
}

/** One wrong place of an input file. */
interface InputProblem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
  readonly message: string;
}

/** What to say of an error besides its message. */
export interface ErrorContext {
  /** Its message, as far as the advice does not say it. */
  readonly what: string;
  /** Where it happened. */
  readonly place?: string | undefined;
  /** What to do about it. */
  readonly advice?: string | undefined;
}

export function errorDocument(error: WarehouseError): ErrorDocument {
  return { error: { code: error.code, message: error.message, details: error.details } };
}

/** A bug as `--json` shows it. */
export function bugDocument(error: unknown): ErrorDocument {
  return { error: { code: "bug", message: summaryOf(error), details: {} } };
}

/** What, where, what to do: a line each; the places of an input file that are wrong come one per line in between. */
export function renderError(error: WarehouseError, { what, place, advice }: ErrorContext, look: Look): string {
  const found = problemsIn(error.details);
  // A single file that cannot be read is said by the message alone.
  const problems = error.code === "unreadable_file" && found.length === 1 ? [] : found;
  const lines = [
    ...hanging(`${look.paint.bad("error:")} `, problems.length > 0 ? headline(error) : visible(what), look),
    ...problems.flatMap((problem) => hanging("  ", renderProblem(problem), look, 4)),
    ...omitted(error, problems.length),
    ...(place === undefined ? [] : hanging(`   ${look.paint.faint("in:")} `, visible(place), look)),
    ...(advice === undefined ? [] : adviceLines(visible(advice), look)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function adviceLines(advice: string, look: Look): string[] {
  const fit = advice.startsWith("warehouse ") ? hangingCommand : hanging;
  return fit(`  ${look.paint.faint("try:")} `, advice, look);
}

/** `file:line:column: path: message`, as compilers and editors have it; a message that names the file need not twice. */
export function renderProblem({ file, line, column, path, message }: InputProblem): string {
  const named = line === undefined && message.includes(file);
  const at = named ? undefined : [file, line, column].filter((part) => part !== undefined).join(":");
  return visible([at, path, message].filter((part) => part !== undefined && part !== "").join(": "));
}

/** A bug, told short: the stack is for `--verbose`. */
export function renderBug(error: unknown, { verbose }: { readonly verbose: boolean }, look: Look): string {
  const stack = verbose && error instanceof Error ? `${error.stack ?? ""}\n` : "";
  const advice = verbose
    ? "report it with the text below and the command that led to it"
    : "the same command with --verbose, and report what it prints";
  const what = `This is a bug in warehouse: ${visible(summaryOf(error))}`;
  const lines = [...hanging(`${look.paint.bad("error:")} `, what, look), ...adviceLines(advice, look)];
  return `${lines.join("\n")}\n${stack}`;
}

function summaryOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function headline({ code, details }: WarehouseError): string {
  if (code !== "invalid_input") return "The input cannot be read";
  const total = typeof details["error_count"] === "number" ? details["error_count"] : problemsIn(details).length;
  return `The input has ${counted(total, "error")}, so nothing was written`;
}

function omitted({ details }: WarehouseError, listed: number): string[] {
  const total = details["error_count"];
  return typeof total === "number" && total > listed ? [`  … and ${counted(total - listed, "more error")}`] : [];
}

function problemsIn({ errors }: Readonly<Record<string, unknown>>): readonly InputProblem[] {
  return Array.isArray(errors) ? (errors as InputProblem[]) : [];
}
