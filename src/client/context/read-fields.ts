export type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Whether a value is there in the way a JavaScript condition takes it. */
export const isTruthy = (value: unknown): boolean => Boolean(value);

/**
 * The fields of anything, read once: getters and proxies are not asked twice, and one that throws has no fields.
 * Functions are left out, as JSON leaves them; a `toJSON` among them would otherwise speak for the whole.
 */
export function readFields(value: unknown): Fields {
  if (!isObject(value)) return {};
  try {
    const entries: (readonly [string, unknown])[] = Object.entries(value);
    return Object.fromEntries(entries.filter(([, field]) => typeof field !== "function"));
  } catch {
    return {};
  }
}

export const isMissing = (value: unknown): value is null | undefined =>
  value === undefined || value === null;
