import type { WarehouseError } from "../../shared/errors.js";
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
export function renderError(error: WarehouseError, { place, advice }: ErrorContext, look: Look): string {
  const problems = problemsIn(error.details);
  const lines = [
    `${look.paint.bad("error:")} ${problems.length > 0 ? headline(error) : visible(error.message)}`,
    ...problems.map((problem) => `  ${renderProblem(problem)}`),
    ...omitted(error, problems.length),
    ...(place === undefined ? [] : [`   ${look.paint.faint("in:")} ${visible(place)}`]),
    ...(advice === undefined ? [] : [`  ${look.paint.faint("try:")} ${visible(advice)}`]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** `file:line:column: path: message`, as compilers and editors have it. */
export function renderProblem({ file, line, column, path, message }: InputProblem): string {
  const at = [file, line, column].filter((part) => part !== undefined).join(":");
  return visible([at, path, message].filter((part) => part !== undefined && part !== "").join(": "));
}

/** A bug, told short: the stack is for `--verbose`. */
export function renderBug(error: unknown, { verbose }: { readonly verbose: boolean }, look: Look): string {
  const stack = verbose && error instanceof Error ? `${error.stack ?? ""}\n` : "";
  const advice = verbose
    ? "report it with the text below and the command that led to it"
    : "the same command with --verbose, and report what it prints";
  return (
    `${look.paint.bad("error:")} This is a bug in warehouse: ${visible(summaryOf(error))}\n` +
    `  ${look.paint.faint("try:")} ${advice}\n${stack}`
  );
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
