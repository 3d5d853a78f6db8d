import { getToolSchemas } from "#pam/tools/door.ts";
import { KILL_SWITCH } from "#routing/decide.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { concernFlagOf, flagOf } from "#routing/route.ts";

/** Flags that send nobody to a side; `README.md` says what each does. */
const FEATURE_FLAGS = [
  "pam.census.frames",
  "pam.edge-auth",
  "pam.handoff",
  "pam.safety.second-stage",
  "pam.safety.strict-words",
  "pam.store.redis",
  "pam.ws.stream",
] as const;

const concernFlags = new Set(ROUTE_TABLE.flatMap((route) => concernFlagOf(route) ?? []));

/** Every flag that Banyan asks for. A name that is none of them is most likely misspelt. */
export const KNOWN_FLAGS: ReadonlySet<string> = new Set([
  KILL_SWITCH,
  ...FEATURE_FLAGS,
  ...concernFlags,
  ...[...concernFlags].map((flag) => `${flag}.shadow`),
  ...ROUTE_TABLE.flatMap((route) => flagOf(route) ?? []),
  ...getToolSchemas().map(({ name }) => `pam.tools.${name}`),
]);
