import { z } from "zod";

import { expectedHeadersSchema } from "#contract-suite/cases/written-case.ts";
import { expectationSchema } from "#contract-suite/expectation/expectation.ts";

const status = z.int().min(100).max(599);

/** What a side has in a place; without `is` nothing. */
const known = z.array(z.strictObject({ is: expectationSchema.optional() })).min(1);

/** Where native departs from what the legacy was recorded to do, for answers of some statuses of the legacy's. */
const departureSchema = z.strictObject({
  legacyStatuses: z.array(status).min(1),
  /** Without it native has the legacy's. */
  nativeStatus: status.optional(),
  /** Bodies that the legacy has with another status than native; none: any. */
  legacyBodies: z.array(expectationSchema).optional(),
  /** The form of native's body: its fields and their types, and the words of a refusal. */
  nativeBody: expectationSchema.optional(),
  /** By JSON Pointer into the body, with `*` for any item of a list. */
  body: z
    .record(z.string().regex(/^(\/.*)?$/), z.strictObject({ legacy: known, native: known }))
    .default({}),
  /** By name in lower case: what the legacy sends, `anything` where that is of no account, and what native does. */
  headers: z
    .record(
      z.string(),
      z.strictObject({
        legacy: z.enum(["nothing", "anything"]),
        native: expectedHeadersSchema.valueType,
      }),
    )
    .default({}),
});

export type Departure = z.infer<typeof departureSchema>;

const ofDeviation = z.array(departureSchema);
const table = z.record(z.string(), z.unknown());

/**
 * Reads `contracts/departures.json`, by id of the deviation. The departures of each are read when they are asked for,
 * and there are none where the table does not name it. Throws where one is broken.
 */
export function readDepartures(json: unknown): (id: string) => readonly Departure[] {
  const byId = table.parse(json);
  return (id) => ofDeviation.parse(byId[id] ?? []);
}
