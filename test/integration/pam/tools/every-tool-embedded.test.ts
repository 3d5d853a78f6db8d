import { openEmbedded } from "#platform/database/open-embedded.ts";

import { describeEveryTool } from "./every-tool.ts";

describeEveryTool("the embedded database", async () => openEmbedded());
