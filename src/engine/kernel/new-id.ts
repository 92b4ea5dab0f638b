import { randomBytes } from "node:crypto";
import { bsonType } from "../bson/layout.js";
import { ObjectId } from "../bson/types.js";

const machine = randomBytes(5);
let idCounter = randomBytes(4).readUInt32BE() & 0xffffff;

/**
 * A new `_id` as a BSON element.
 * Source: MongoDB manual, "ObjectId": seconds, a random value per process, a counter
 */
export function newIdElement(): Buffer {
  const element = Buffer.alloc(17);
  element[0] = bsonType.objectId;
  element.write("_id", 1, "latin1");
  element.writeUInt32BE(Math.floor(Date.now() / 1000) >>> 0, 5);
  machine.copy(element, 9);
  idCounter = (idCounter + 1) & 0xffffff;
  element.writeUIntBE(idCounter, 14, 3);
  return element;
}

/** The same as a value. */
export function newObjectId(): ObjectId {
  return new ObjectId(newIdElement().toString("hex", 5));
}
