import { hash, timingSafeEqual } from "node:crypto";

/** Compares two secrets in a time that tells nothing of where, or whether in length, they differ. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(hash("sha256", given, "buffer"), hash("sha256", expected, "buffer"));
}
