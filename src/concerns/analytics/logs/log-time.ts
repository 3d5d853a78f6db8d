const FORM =
  /^(?<day>\d{4}-\d\d-\d\d)(?:[T ](?<minutes>\d\d:\d\d)(?<seconds>:\d\d(?:\.\d{1,6})?)?(?<zone>Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * Milliseconds since the epoch of an ISO 8601 date or moment, UTC where it names no zone; `undefined` where
 * it is neither or no calendar has it.
 */
export function readLogTime(text: string): number | undefined {
  const groups = FORM.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { day = "", minutes = "00:00", seconds = ":00", zone = "Z" } = groups;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // A day that the month does not have rolls over into the next.
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day)) return undefined;
  const epochMs = Date.parse(`${day}T${minutes}${seconds}${zone}`);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
