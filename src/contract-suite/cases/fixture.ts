import { z } from "zod";

/** One thing that a target must be for a case to hold, by its name in `contracts/cases/fixtures.json`. */
const fixture = z
  .strictObject({
    /** What must be so, in one sentence. */
    holds: z.string().min(10),
    /** Sides that are taken to hold it unless it is told otherwise. */
    assumedOn: z.array(z.enum(["legacy", "native"])),
  })
  .readonly();

export const fixturesSchema = z.record(z.string().regex(/^[a-z-]+$/), fixture);

export type Fixtures = ReadonlyMap<string, z.infer<typeof fixture>>;

/** The fixtures that a target of this side is taken to hold. */
export const assumedFixtures = (fixtures: Fixtures, side: "legacy" | "native"): readonly string[] =>
  [...fixtures].flatMap(([name, { assumedOn }]) => (assumedOn.includes(side) ? [name] : []));
