import type { ExplainedDifference } from "#delivery/drift/drift-snapshot.ts";

/** A conversation that legacy went on with, or that its client ended, and native closed. */
const CLOSED = new Set(["/close/by", "/close/code"]);

function isRefused({ path, explainedBy, legacy, native }: ExplainedDifference): boolean {
  if (explainedBy === undefined) return false;
  if (CLOSED.has(path)) return true;
  return path === "/status" && Number(legacy) < 400 && Number(native) >= 400;
}

/**
 * True where native refuses, as a deviation says it may, what legacy answered. The answers do not tell whether it is
 * right: a bad token is refused so, and a good one as well where the key to it is wrong. Pure.
 */
export const isRefusal = (differences: readonly ExplainedDifference[]): boolean =>
  differences.some(isRefused);
