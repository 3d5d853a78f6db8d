import { pointerMatcher, rewriteJson } from "#contracts/recordings/json-values.ts";
import type { VolatileKind } from "#contracts/recordings/volatile.ts";
import type { FreshValues } from "#stand-in/fresh-values.ts";

/** Makes the volatile values of a recorded JSON text fresh; the rest keeps its exact characters. */
export function refreshJson(
  text: string,
  volatile: Readonly<Record<string, VolatileKind>>,
  fresh: FreshValues,
): string {
  if (Object.keys(volatile).length === 0 || "" in volatile) return text;
  const kindOf = pointerMatcher(volatile);
  return rewriteJson(text, (pointer, value) => {
    const kind = kindOf(pointer);
    return kind === undefined || kind === "state" ? undefined : fresh.body(kind, value);
  });
}
