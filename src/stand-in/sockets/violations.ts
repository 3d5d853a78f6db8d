/** The legacy counts violations per user and kind for as long as its process lives. */
export interface Violations {
  /** The reason to close with, once there were too many; `undefined` before. */
  count(userId: string, errorCode: string): string | undefined;
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["VALIDATION_ERROR", "Repeated validation failures"],
  ["SECURITY_VIOLATION", "Security violation"],
  ["SUSPICIOUS_CONTENT", "Security violation"],
]);

/** The fifth violation and every later one closes. */
const LIMIT = 5;

export function createViolations(): Violations {
  const counts = new Map<string, number>();
  return {
    count(userId, errorCode) {
      const reason = REASONS.get(errorCode);
      if (reason === undefined) return undefined;
      const key = `${errorCode} ${userId}`;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count >= LIMIT ? reason : undefined;
    },
  };
}
