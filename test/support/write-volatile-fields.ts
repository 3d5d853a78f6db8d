/**
 * A part of `npm run documents`: writes `contracts/volatile-fields.json` anew. A script: it has its effect when it
 * is run.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { packageRoot } from "#platform/package-root.ts";
import { gatherVolatileFields } from "#support/volatile-fields.ts";

const path = join(packageRoot(), "contracts/volatile-fields.json");
writeFileSync(path, `${JSON.stringify(gatherVolatileFields(), null, 2)}\n`);
