import { withoutFix } from "../shared/checks.js";
import type { ErrorCode, WarehouseError } from "../shared/errors.js";

/** Writes commands of ours as one would type them. */
export interface Commands {
  readonly command: (words: readonly string[]) => string;
}

type Details = Readonly<Record<string, unknown>>;

/** Where an error belongs: what its details name, most exact first. */
export function placeOf({ details }: WarehouseError): string | undefined {
  const names = ["file", "database", "data_dir", "endpoint", "command"] as const;
  const found = names.map((name) => details[name]).find((value) => typeof value === "string");
  return typeof found === "string" ? found : undefined;
}

/** An error as three lines say it. */
export interface Advised {
  /** What went wrong. */
  readonly what: string;
  /** What helps. */
  readonly advice: string | undefined;
}

/** What helps with an error, and the rest of its message; `details.fix` knows better where it is given. */
export function advised(error: WarehouseError, commands: Commands): Advised {
  const { fix } = error.details;
  const known = typeof fix === "string" ? fix : advice[error.code]?.(error.details, commands);
  if (known !== undefined || !/^(database|model)_/.test(error.code)) return { what: error.message, advice: known };
  const { found, fix: inMessage } = withoutFix(error);
  return { what: found, advice: inMessage };
}

const advice: Readonly<Partial<Record<ErrorCode, (details: Details, commands: Commands) => string>>> = {
  invalid_input: () => "mend these places and run the same command again",
  not_found: (details, { command }) => command(["product_id" in details ? "stock" : "orders"]),
  illegal_move: (details, { command }) => command(["order", textOr(details["order_id"], "<id>")]),
  insufficient_stock: (details, { command }) => command(["stock", textOr(details["product_id"], "<product>")]),
  unreadable_file: () => "check the name, and that you may read it",
  no_products: (_, { command }) => command(["seed"]),
};

function textOr(value: unknown, fallback: string): string {
  return typeof value === "string" ? value : fallback;
}
