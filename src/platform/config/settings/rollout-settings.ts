import { documentation } from "#platform/config/setting-documentation.ts";
import {
  buildName,
  flag,
  httpUrl,
  milliseconds,
  oneOf,
  path,
  secret,
  within,
} from "#platform/config/setting-values.ts";

const CEILING_MODES = ["off", "report", "enforce"] as const;
/** What is done with the share of a route that evidence allows: nothing, only told, or held to. */
export type CeilingMode = (typeof CEILING_MODES)[number];

/** Where flags come from, and what else steers which side answers. */
export const rolloutSettings = {
  FLAGS_FILE: path.optional().register(documentation, {
    meaning: "Flags as Unleash's client API gives them; watched, used where UNLEASH_URL is not set",
    fallback: "flags.json of the project",
  }),
  UNLEASH_URL: httpUrl.optional().register(documentation, {
    meaning: "Unleash server, with its /api path",
  }),
  UNLEASH_TOKEN: secret.optional().register(documentation, {
    meaning: "Backend token of the Unleash server",
  }),
  UNLEASH_ADMIN_TOKEN: secret.optional().register(documentation, {
    meaning:
      "Admin or service-account token that changes the Unleash server's flags and reads who changed them",
    fallback: "flags are not changed from here; who flips them is unknown",
  }),
  UNLEASH_REFRESH_MS: within(100, 3_600_000, " of milliseconds")
    .default(1_000)
    .register(documentation, { meaning: "How often flags are asked for" }),
  CEILING: oneOf(CEILING_MODES).default("report").register(documentation, {
    meaning:
      "Whether a route's native share is held to what evidence allows: off, report (only told), or enforce",
  }),
  GUARD_TURNS_FLAG_OFF: flag.prefault("false").register(documentation, {
    meaning: "Whether a trip of the guard also turns the route's own flag off at its source",
  }),
  DEPRECATIONS_FILE: path.optional().register(documentation, {
    meaning: "Routes whose answers say that they will not stay, with their dates, as JSON",
    fallback: "no route says so",
  }),
  BUILD_ID: buildName.optional().register(documentation, {
    meaning: "Names what is deployed: evidence of one build says nothing of another",
    fallback: "the version",
  }),
  EVIDENCE_FILE: path.optional().register(documentation, {
    meaning: "Where suite results, shadow figures, trips and pins are kept",
    fallback: "the database of DATABASE_URL, else in memory",
  }),
  EVIDENCE_PERIOD_MS: milliseconds.default(60_000).register(documentation, {
    meaning: "How often what traffic has shown is written down as evidence",
  }),
} as const;
