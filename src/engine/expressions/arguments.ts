import { isArray, isDoc, Undefined, type Value } from "../bson/types.js";
import { typeName } from "../bson/typename.js";
import { ServerError } from "../errors.js";
import type { CompileOperator, Compiler, Expression } from "./types.js";

export type Maybe = Value | undefined;

/** Whether a value is null, undefined or missing: what most operators answer with null. */
export function isNullish(value: Maybe): value is null | undefined | Undefined {
  return value === undefined || value === null || value instanceof Undefined;
}

/** The type's name as error messages show it; `missing` for no value. */
export function nameOfType(value: Maybe): string {
  return value === undefined ? "missing" : typeName(value);
}

/** An operator's arguments: the list, or the one argument that is not in a list. */
export function compileArguments(argument: Value, compiler: Compiler): Expression[] {
  return (isArray(argument) ? argument : [argument]).map((value) => compiler.compile(value));
}

/** Compiles between `least` and `most` arguments. */
export function compileBetween(
  argument: Value,
  compiler: Compiler,
  { name, least, most }: { name: string; least: number; most: number },
): Expression[] {
  const compiled = compileArguments(argument, compiler);
  if (compiled.length >= least && compiled.length <= most) return compiled;
  if (least === most) {
    const message = `Expression ${name} takes exactly ${least} arguments. ${compiled.length} were passed in.`;
    throw new ServerError(16020, message);
  }
  const message = `Expression ${name} takes at least ${least} arguments, and at most ${most}, but ${compiled.length} were passed in.`;
  throw new ServerError(28667, message);
}

/** An operator of one argument. */
export function unary(apply: (value: Maybe, name: string, compiler: Compiler) => Maybe): CompileOperator {
  return (argument, compiler, name) => {
    const [only] = compileBetween(argument, compiler, { name, least: 1, most: 1 }) as [Expression];
    return (scope) => apply(only(scope), name, compiler);
  };
}

/** An operator of two arguments. */
export function binary(apply: (left: Maybe, right: Maybe, name: string, compiler: Compiler) => Maybe): CompileOperator {
  return (argument, compiler, name) => {
    const [left, right] = compileBetween(argument, compiler, { name, least: 2, most: 2 }) as [Expression, Expression];
    return (scope) => apply(left(scope), right(scope), name, compiler);
  };
}

/** An operator of any number of arguments, all evaluated. */
export function variadic(
  apply: (values: readonly Maybe[], name: string, compiler: Compiler) => Maybe,
  { least, most }: { least: number; most: number } = { least: 0, most: Infinity },
): CompileOperator {
  return (argument, compiler, name) => {
    const items = compileBetween(argument, compiler, { name, least, most });
    return (scope) =>
      apply(
        items.map((item) => item(scope)),
        name,
        compiler,
      );
  };
}

/** The names an operator's argument document may have, and the codes MongoDB refuses others with. */
export interface NamedShape {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
  readonly codes: { readonly notObject: number; readonly unknown: number; readonly missing: number };
}

/** The named arguments of an operator such as `$trim`, not yet compiled. */
export function namedArguments(argument: Value, name: string, shape: NamedShape): Map<string, Value> {
  if (!isDoc(argument)) {
    const message = `${name} only supports an object as an argument, found: ${nameOfType(argument)}`;
    throw new ServerError(shape.codes.notObject, message);
  }
  for (const given of argument.keys()) {
    if (shape.required.includes(given) || shape.optional?.includes(given) === true) continue;
    throw new ServerError(shape.codes.unknown, `${name} found an unknown argument: ${given}`);
  }
  for (const required of shape.required) {
    if (!argument.has(required))
      throw new ServerError(shape.codes.missing, `${name} requires '${required}' to be specified`);
  }
  return argument;
}

/** An operator of named arguments, each given to `apply` by name once evaluated. */
export function named<Name extends string>(
  shape: NamedShape & { readonly required: readonly Name[]; readonly optional?: readonly Name[] },
  apply: (values: Readonly<Record<Name, Maybe>>, name: string, compiler: Compiler) => Maybe,
): CompileOperator {
  return (argument, compiler, name) => {
    const given = namedArguments(argument, name, shape);
    const names = [...shape.required, ...(shape.optional ?? [])];
    const fields = names.map((field) => {
      const value = given.get(field);
      return [field, value === undefined ? undefined : compiler.compile(value)] as const;
    });
    return (scope) => {
      const values = Object.fromEntries(fields.map(([field, expression]) => [field, expression?.(scope)]));
      return apply(values as Record<Name, Maybe>, name, compiler);
    };
  };
}
