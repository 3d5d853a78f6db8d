import type { Json } from "#platform/database/index.ts";

export type JsonObject = Readonly<Record<string, Json | undefined>>;

/** What a JSON column holds where an object is expected; anything else counts as empty. */
export function toJsonObject(value: Json): JsonObject {
  return isJsonObject(value) ? value : {};
}

function isJsonObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Only what was given, so that nothing is overwritten by its absence. */
export function withoutUndefined(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
}
