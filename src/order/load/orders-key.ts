import { ascii, isSpace } from "./text-cursor.js";

const longestSpelling = `"${"\\u006f".repeat("orders".length)}"`.length;

/** Follows the keys of the outermost object, to tell where the value of `orders` starts. */
export class OrdersKey {
  #key: number[] = [];
  #afterColon = false;

  /** @param outside whether the byte stands outside every string */
  see(byte: number, outside: boolean): void {
    if (outside && isSpace(byte)) return;
    if (outside) {
      this.#afterColon = byte === ascii.colon;
      if (byte === ascii.comma || byte === ascii.openBrace) this.#key = [];
      return;
    }
    this.#afterColon = false;
    if (this.#key.length <= longestSpelling) this.#key.push(byte);
  }

  /** Whether a value that starts now is that of `orders`. */
  get isNext(): boolean {
    return this.#afterColon && this.#key.length <= longestSpelling && isOrders(Buffer.from(this.#key).toString());
  }
}

function isOrders(key: string): boolean {
  if (key === `"orders"`) return true;
  return key.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))) === `"orders"`;
}
