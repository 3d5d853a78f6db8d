/** Type numbers of Postgres (`pg_type.oid`) whose text both drivers would otherwise read differently. */
const OID = { int8: 20, date: 1082, timestamp: 1114, timestamptz: 1184, numeric: 1700 } as const;

/** `2026-01-02 03:04:05.6+00` → `2026-01-02T03:04:05.6+00:00`: no digit is lost, as a `Date` would lose some. */
function toIsoMoment(text: string): string {
  return text.replace(" ", "T").replace(/(?<offset>[+-]\d\d)$/u, "$<offset>:00");
}

/**
 * How text becomes a value, by type number, for both databases: driver defaults give strings for numbers and
 * put days into the machine's time zone.
 */
export const VALUE_PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  [OID.int8]: Number,
  [OID.numeric]: Number,
  [OID.date]: (text) => text,
  [OID.timestamp]: toIsoMoment,
  [OID.timestamptz]: toIsoMoment,
};
