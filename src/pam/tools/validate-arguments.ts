import { z } from "zod";

import type { JsonSchema } from "./json-schema.ts";
import { invalidArgument, ToolError } from "./tool-error.ts";

interface Expected<Schema extends z.ZodObject> {
  readonly schema: Schema;
  readonly parameters: JsonSchema;
  readonly aliases: Readonly<Record<string, string>>;
}

const argumentsSchema = z.record(z.string(), z.unknown());

/** Models send `"50"` for 50 and `"true"` for true; anything less clear is left for the schema to refuse. */
function coerce(value: unknown, type: unknown): unknown {
  if (typeof value !== "string") return value;
  const text = value.trim();
  if (type === "number" || type === "integer") {
    return /^-?\d+(?:\.\d+)?$/u.test(text) ? Number(text) : value;
  }
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : value;
  return value;
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === "";

/** Known arguments under their own names; what a model left empty counts as not given. */
function tidy(
  args: Readonly<Record<string, unknown>>,
  { parameters, aliases }: Pick<Expected<z.ZodObject>, "parameters" | "aliases">,
): Record<string, unknown> {
  const named = Object.entries(args).map(([name, value]): [string, unknown] => {
    const own = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
    return own !== undefined && !Object.hasOwn(args, own) ? [own, value] : [name, value];
  });
  return Object.fromEntries(
    named
      .filter(([, value]) => !isAbsent(value))
      .map(([name, value]) => [name, coerce(value, parameters.properties[name]?.["type"])]),
  );
}

/** Postgres keeps no NUL in a text, and would fail where the caller was at fault. */
const holdsNul = (value: unknown): boolean => JSON.stringify(value).includes(String.raw`\u0000`);

/** Parses what a model sent, or throws one `INVALID_ARGUMENTS` that names the first argument at fault. */
export function parseArguments<Schema extends z.ZodObject>(
  args: unknown,
  { schema, parameters, aliases }: Expected<Schema>,
): z.output<Schema> {
  const given = argumentsSchema.safeParse(args ?? {});
  if (!given.success) throw new ToolError("INVALID_ARGUMENTS", "Arguments must be one JSON object");
  const tidied = tidy(given.data, { parameters, aliases });
  const missing = parameters.required.find((name) => !Object.hasOwn(tidied, name));
  if (missing !== undefined) {
    throw new ToolError("INVALID_ARGUMENTS", `Missing argument "${missing}"`);
  }
  const withNul = Object.keys(tidied).find((name) => holdsNul(tidied[name]));
  if (withNul !== undefined) throw invalidArgument(withNul, "it must not hold a NUL");
  const parsed = schema.safeParse(tidied);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidArgument(issue?.path.join(".") ?? "", issue?.message ?? "it is not valid");
}
