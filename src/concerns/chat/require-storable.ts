import { AppError } from "#platform/errors.ts";

function findFault(value: unknown): string | undefined {
  if (typeof value === "string") {
    return value.includes("\0") ? "Texts must not contain NUL characters" : undefined;
  }
  if (typeof value === "number") {
    return Number.isFinite(value) ? undefined : "Numbers must be finite";
  }
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const fault = findFault(key) ?? findFault(item);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Throws a 400 for what no database keeps: it is the caller's fault, and not the database's. */
export function requireStorable(value: unknown): void {
  const detail = findFault(value);
  if (detail !== undefined) throw new AppError("REQUEST_MALFORMED", undefined, { detail });
}
