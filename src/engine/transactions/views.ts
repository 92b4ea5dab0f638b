import { ServerError } from "../errors.js";
import type { Reader, Writer } from "../storage/store.js";
import { advanceClock } from "./clock.js";
import { DocumentHeld, type Locks } from "./locks.js";
import { bitsValue, readBits, type View } from "./view.js";

/** A view that only reads. */
export function readView(reader: Reader): View {
  const refuse = (): never => {
    throw new ServerError("InternalError", "A reading unit cannot write");
  };
  return {
    get: reader.get.bind(reader),
    entries: reader.entries.bind(reader),
    keys: reader.keys.bind(reader),
    count: reader.count.bind(reader),
    put: refuse,
    putNew: refuse,
    remove: refuse,
    writable: false,
    version: refuse,
    claim: refuse,
    rely: refuse,
    setBits: refuse,
  };
}

/** A view for a single write: changes go to the store at once; nothing else can write meanwhile. */
export function directView(writer: Writer, locks: Locks): View {
  let stamp: Buffer | undefined;
  // Whatever is changed advances the clock, so an unchanged clock means unchanged data.
  const version = () => (stamp ??= advanceClock(writer));
  return {
    ...writer,
    put: (table, key, value, before) => {
      version();
      writer.put(table, key, value, before);
    },
    putNew: (table, key, value) => {
      version();
      writer.putNew(table, key, value);
    },
    remove: (table, key, before) => {
      version();
      writer.remove(table, key, before);
    },
    writable: true,
    version,
    claim: (table, key) => {
      const holder = locks.holderOf(table, key);
      if (holder) throw new DocumentHeld(holder);
    },
    rely: () => undefined,
    setBits: (key, bits) => {
      const before = readBits(writer, key);
      if ((before | bits) !== before) writer.put("meta", key, bitsValue(before | bits));
    },
  };
}
