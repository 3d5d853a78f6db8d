import type { JsonObject } from "#contracts/documents/json-schema.ts";

/** The concern that a route belongs to, by its id; routes of no concern stay legacy for ever. */
export function concernOf(id: string): string {
  const prefix = id.slice(0, id.indexOf("."));
  return prefix === "debug" ? "legacy-only" : prefix;
}

/** Which flags decide where a route goes: its own before its concern's. */
export function toExtensions(id: string): JsonObject {
  const concern = concernOf(id);
  return {
    "x-banyan-concern": concern,
    ...(concern !== "legacy-only" && { "x-banyan-flag": `pam.${id}` }),
  };
}
