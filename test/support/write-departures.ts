/**
 * A part of `npm run documents`: writes `contracts/departures.json` anew. A script: it has its effect when it is run.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { packageRoot } from "#platform/package-root.ts";
import { gatherDepartures } from "#support/departures.ts";

const path = join(packageRoot(), "contracts/departures.json");
writeFileSync(path, `${JSON.stringify(gatherDepartures(), null, 2)}\n`);
