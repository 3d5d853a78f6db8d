import { z } from "zod";

import { createAdminClient } from "#cli/admin-client.ts";
import type { CommandContext } from "#cli/command.ts";
import type { VerifyArguments } from "#cli/verify-options.ts";
import { toEvidence } from "#contract-suite/report/evidence.ts";
import type { Verdict } from "#contract-suite/report/verdict.ts";
import { loadConfig } from "#platform/config/load-config.ts";
import { AppError } from "#platform/errors.ts";

const buildSchema = z.object({ buildId: z.string() });
const keptSchema = z.object({
  kept: z.int(),
  build: z.string(),
  isThisBuild: z.boolean(),
});

function refuse(problem: string): never {
  throw new AppError("REQUEST_INVALID", `Cannot report: ${problem}`);
}

/**
 * Only the whole suite, or the whole of a concern's, on the native side is evidence: a ceiling that rose by one case
 * would have risen by nothing. Throws `REQUEST_INVALID`.
 */
export function checkReportable(
  { report, build, side, ...given }: VerifyArguments,
  { environment }: Pick<CommandContext, "environment">,
): void {
  if (report === undefined) {
    if (build !== undefined) refuse("--build goes with --report");
    return;
  }
  // Better now than when the suite is through.
  if (loadConfig(environment).ADMIN_TOKEN === undefined) {
    refuse("set ADMIN_TOKEN to the token of the admin listener");
  }
  if (side !== "native") refuse("evidence is of the native side: add --side native");
  const narrowing = (["case", "tag", "against"] as const).find((name) => given[name] !== undefined);
  if (narrowing !== undefined) {
    refuse(`all cases of a route are evidence, and --${narrowing} leaves some out`);
  }
}

/** Reports what each route came to, as evidence of the build that was judged. */
export async function reportSuite(
  verdict: Verdict,
  { report: url, build: named }: VerifyArguments,
  { environment, say }: CommandContext,
): Promise<void> {
  if (url === undefined) return;
  const { ADMIN_TOKEN: token } = loadConfig(environment);
  const admin = createAdminClient({ url, token, fetch });
  const running = named ?? (await admin.get("/api/evidence?limit=1", buildSchema)).buildId;
  // What failed is for whoever ran it; it can be long.
  const body = { ...toEvidence(verdict), build: running, failures: [] };
  const { kept, build, isThisBuild } = await admin.post("/api/evidence", body, keptSchema);
  const note = isThisBuild ? "" : "; another build runs there, and its ceilings stay as they are";
  say(`Reported to ${url.origin}: ${kept} routes of build ${build}${note}\n`);
}
