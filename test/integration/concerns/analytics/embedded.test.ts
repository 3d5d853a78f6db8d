import { openEmbedded } from "#platform/database/open-embedded.ts";

import { describeFunctions } from "./suite/database-functions.ts";
import { describeLogs } from "./suite/logs.ts";
import { describeSavings } from "./suite/savings.ts";

describeSavings(openEmbedded);
describeLogs(openEmbedded);
describeFunctions(openEmbedded);
