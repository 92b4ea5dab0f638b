import { hash } from "node:crypto";

/** The first order with an id, or none; `same` compares the content. */
export type Sighting =
  { readonly kind: "first" } | { readonly kind: "seen"; readonly same: boolean; readonly place: number };

/** Two words of the id's hash, two of the content's, and the place plus one (0: the slot is free). */
const wordsPerSlot = 5;
const fullest = 0.8;
const growth = 1.5;
const smallest = 1024;

/**
 * Remembers every `order_id` of an input in 20 bytes a slot, so that a million of them need no more than 40 MB.
 *
 * An open-addressing table over one typed array, with 64 bits of SHA-256 for the id and 64 for the content: among a
 * million ids, two share a hash with a probability of about 3 in 100 million. Allocated only once an id occurs.
 */
export class OrderIds {
  #slots = new Uint32Array(0);
  #count = 0;

  /**
   * @param contentHash hex digits
   * @param place a number by which the caller finds the order again, below 2^32 - 1
   */
  see(orderId: string, contentHash: string, place: number): Sighting {
    if (this.#count >= fullest * this.#capacity) this.#grow();
    const id = hash("sha256", orderId, "hex");
    const entry = Uint32Array.of(
      wordOf(id, 0),
      wordOf(id, 1),
      wordOf(contentHash, 0),
      wordOf(contentHash, 1),
      place + 1,
    );
    const slot = this.#slotOf(entry);
    if (this.#slots[slot + 4] === 0) {
      this.#slots.set(entry, slot);
      this.#count += 1;
      return { kind: "first" };
    }
    const same = this.#slots[slot + 2] === entry[2] && this.#slots[slot + 3] === entry[3];
    return { kind: "seen", same, place: (this.#slots[slot + 4] ?? 0) - 1 };
  }

  get bytes(): number {
    return this.#slots.byteLength;
  }

  get #capacity(): number {
    return this.#slots.length / wordsPerSlot;
  }

  /** Where the id of an entry stands, or the free slot where it belongs. */
  #slotOf(entry: Uint32Array): number {
    const slots = this.#slots;
    let slot = ((entry[0] ?? 0) % this.#capacity) * wordsPerSlot;
    while (slots[slot + 4] !== 0 && !(slots[slot] === entry[0] && slots[slot + 1] === entry[1])) {
      slot += wordsPerSlot;
      if (slot === slots.length) slot = 0;
    }
    return slot;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(Math.max(smallest, Math.ceil(this.#capacity * growth)) * wordsPerSlot);
    for (let slot = 0; slot < old.length; slot += wordsPerSlot) {
      if (old[slot + 4] === 0) continue;
      const entry = old.subarray(slot, slot + wordsPerSlot);
      this.#slots.set(entry, this.#slotOf(entry));
    }
  }
}

function wordOf(hex: string, index: number): number {
  return parseInt(hex.slice(8 * index, 8 * index + 8), 16);
}
