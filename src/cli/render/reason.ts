const words: Readonly<Record<string, string>> = {
  insufficient_stock: "not enough stock",
  unknown_product: "unknown product",
  not_recorded: "not recorded",
  unreadable_lines: "its lines cannot be read",
};

/** Why an order was cancelled, for people: a code in words; what a person wrote stays as it is. */
export function reasonWords(reason: string): string {
  return Object.hasOwn(words, reason) ? (words[reason] ?? reason) : reason;
}

/** A code of ours, such as the result of a step, for people. */
export function codeWords(code: string): string {
  return code.replaceAll("_", " ");
}
