import { ServerError } from "../../errors.js";
import type { FieldOperator } from "../context.js";

function near(): never {
  throw new ServerError("NoQueryExecutionPlans", "unable to find index for $geoNear query");
}

function unsupported(operator: string): FieldOperator {
  return () => {
    throw new ServerError("CommandNotSupported", `${operator} is not supported by this server`);
  };
}

/** Geospatial queries are refused: there are no geospatial indexes. */
export const geoOperators: Readonly<Record<string, FieldOperator>> = {
  $near: near,
  $nearSphere: near,
  $geoNear: near,
  $geoWithin: unsupported("$geoWithin"),
  $within: unsupported("$within"),
  $geoIntersects: unsupported("$geoIntersects"),
};
