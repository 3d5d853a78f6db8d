import { AppError } from "#platform/errors.ts";

const hasNul = (value: unknown): boolean => {
  if (typeof value === "string") return value.includes("\0");
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, item]) => key.includes("\0") || hasNul(item));
};

/** Throws a 400 for what no database keeps: it is the caller's fault, and not the database's. */
export function requireStorable(value: unknown): void {
  if (!hasNul(value)) return;
  const detail = "Texts must not contain NUL characters";
  throw new AppError("REQUEST_MALFORMED", undefined, { detail });
}
