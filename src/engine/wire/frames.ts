/** What MongoDB announces as `maxMessageSizeBytes`. */
export const maxMessageBytes = 48_000_000;

const headerBytes = 16;

/** Bytes that are no message of MongoDB's wire protocol: the connection cannot go on. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/** Cuts a stream of bytes into whole messages, whatever the pieces it arrives in. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  /** Bytes that wait to become a message. */
  get size(): number {
    return this.#size;
  }

  /**
   * The next whole message, or undefined when more bytes are needed.
   * @param limit the longest message that is let in
   * @throws FrameError for a length that no message can have
   */
  next(limit = maxMessageBytes): Buffer | undefined {
    if (this.#size < headerBytes) return undefined;
    const length = this.#head().readInt32LE(0);
    if (length <= headerBytes || length > limit) throw new FrameError(`A message claims ${length} bytes`);
    return this.#size < length ? undefined : this.#take(length);
  }

  #head(): Buffer {
    let first = this.#chunks[0] as Buffer;
    if (first.length < headerBytes) {
      first = Buffer.concat(this.#chunks);
      this.#chunks = [first];
    }
    return first;
  }

  #take(length: number): Buffer {
    const whole = this.#gather(length);
    this.#size -= length;
    if (whole.length > length) this.#chunks.unshift(whole.subarray(length));
    return whole.subarray(0, length);
  }

  /** Removes the chunks that hold the first `length` bytes, joined. */
  #gather(length: number): Buffer {
    let count = 0;
    let bytes = 0;
    while (bytes < length) bytes += (this.#chunks[count++] as Buffer).length;
    const parts = this.#chunks.splice(0, count);
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  }
}
