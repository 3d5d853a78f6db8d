/**
 * `npm run documents`: writes `contracts/openapi.json` and `contracts/asyncapi.json` anew. A script: it
 * has its effect when it is run.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { toAsyncApi } from "#contracts/documents/asyncapi.ts";
import { toOpenApi } from "#contracts/documents/openapi.ts";
import { ROUTE_CONTRACTS, SOCKET_CONTRACTS } from "#contracts/index.ts";

const documents = {
  "openapi.json": toOpenApi(ROUTE_CONTRACTS),
  "asyncapi.json": toAsyncApi(SOCKET_CONTRACTS),
} as const;

for (const [name, document] of Object.entries(documents)) {
  writeFileSync(join(import.meta.dirname, "..", name), `${JSON.stringify(document, null, 2)}\n`);
}
