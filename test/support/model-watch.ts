/**
 * What no model may be told, however a prompt changes: the products, addresses, ids and keys of all tests. Keys belong
 * in a header.
 */
const neverSent =
  /prod\d|Laptop|Smartphone|Headphones|\d \w+ (St|Way|Road)\b|order_id|product_id|address|secret|\bsk-|[0-9a-f]{24}/i;

/** Handles, aliases with their units, counts and the ends of ranges. */
const sayable = /^(p\d{1,4}|p\d{1,4}x\d{1,7}|\d{1,7})$/;

/** Every word that our prompts, tools and refusals are made of; data of a file or a catalogue brings others. */
const vocabulary = new Set(
  `
  Call Cancel Do Each Extra Invalid Move NaN Name Nothing Now Plan Record Refused Repeating Report Send Set Take Tell
  The There Too Unrecognized What You a act again all an and are arguments array as ask at be because before big
  boolean by call came can cancel cancel_order cancelled cancels cannot changes characters check_stock comes conflict
  content create_order delegate delivered deliveries delivery description desk done each earlier end enum expected
  filled first fits for from function go goes gone handle has have here in in_transit input instead
  insufficient_stock integer inventory is it items its just keep key left like lines max_tokens maximum messages minItems
  minimum model more name names new next no not nothing now null number object of once one ones option or order
  orders other parameters pattern pending product properties range reason received recorded records report_units
  required role run s same scarce scripted settle ships short shows small so some status stays steps stock stream string
  such supervise system take taken takes temperature that the their then there these they this to too tool
  tool_choice tools type undefined units unknown_product update_delivery_status update_stock user wait waits wants
  what which with work worker workers yet yours
`.split(/\s+/),
);

/** The first thing in a request's body that no model may be told; `undefined` if there is none. */
export function leakIn(raw: string): string | undefined {
  const words = textsIn(JSON.parse(raw)).flatMap((text) => text.match(/[\p{L}\p{N}_]+/gu) ?? []);
  return neverSent.exec(raw)?.[0] ?? words.find((word) => !sayable.test(word) && !vocabulary.has(word));
}

/** All texts of a JSON value, names of fields too. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  const names = Array.isArray(value) ? [] : Object.keys(value);
  return [...names, ...Object.values(value).flatMap(textsIn)];
}
