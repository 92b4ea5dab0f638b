const FIRST_SIZE = 16 * 1024;
const KEPT_SIZE = 4 * 1024 * 1024;
const SHORT = 48;

/** A buffer that grows; one is reused for many documents or keys, `take` copies the result out. */
export class ByteWriter {
  bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_SIZE);
  length = 0;

  /** Makes room for `more` bytes after the written ones. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  int32(value: number): void {
    this.reserve(4);
    this.length = this.bytes.writeInt32LE(value, this.length);
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Writes text as UTF-8; short ASCII without a call out of JavaScript. */
  text(text: string): void {
    this.reserve(text.length * 3);
    if (text.length <= SHORT && this.#ascii(text)) return;
    this.length += this.bytes.write(text, this.length, "utf8");
  }

  #ascii(text: string): boolean {
    const { bytes, length } = this;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) return false;
      bytes[length + index] = unit;
    }
    this.length = length + text.length;
    return true;
  }

  /** A copy of what was written; the writer is empty afterwards, also when it had grown large. */
  take(): Buffer {
    const result = Buffer.allocUnsafe(this.length);
    this.bytes.copy(result, 0, 0, this.length);
    this.clear();
    return result;
  }

  clear(): void {
    this.length = 0;
    if (this.bytes.length > KEPT_SIZE) this.bytes = Buffer.allocUnsafeSlow(FIRST_SIZE);
  }
}
