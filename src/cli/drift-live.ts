import { createAdminClient } from "#cli/admin-client.ts";
import type { CommandContext } from "#cli/command.ts";
import { acceptExample } from "#cli/drift-accept.ts";
import { toLiveDriftText } from "#cli/drift-live-text.ts";
import { suiteDependencies } from "#cli/verify.ts";
import { type DriftSnapshot, driftSnapshotSchema } from "#delivery/drift/index.ts";
import { AppError } from "#platform/errors.ts";

export interface LiveDriftArguments {
  readonly live: URL;
  readonly accept?: string;
  readonly as?: "case" | "deviation";
  readonly json?: true;
}

/**
 * A difference without an explanation, be it for want of comparisons, or a native side that gave no answer. Noise and
 * what was decided is neither. Pure.
 */
function hasDrifted({ routes }: DriftSnapshot): boolean {
  const verdicts = routes.flatMap(({ fields }) => fields.map(({ verdict }) => verdict));
  return (
    routes.some(({ failed }) => failed > 0) ||
    verdicts.some((verdict) => verdict === "drift" || verdict === "undetermined")
  );
}

/** Shows what shadowing found in a running Banyan, or makes a case or a deviation of one of its examples. */
export async function runLiveDrift(
  { live: url, accept, as, json }: LiveDriftArguments,
  { print, end }: CommandContext,
): Promise<void> {
  if ((accept === undefined) !== (as === undefined)) {
    throw new AppError("REQUEST_INVALID", "--accept and --as go together");
  }
  const admin = createAdminClient({ url, token: undefined, fetch });
  const snapshot = await admin.get("/api/drift", driftSnapshotSchema);
  if (accept !== undefined && as !== undefined) {
    print(acceptExample({ snapshot, id: accept, as }, suiteDependencies()));
    return;
  }
  print(json ? `${JSON.stringify(snapshot, null, 2)}\n` : toLiveDriftText(snapshot));
  end(hasDrifted(snapshot) ? 1 : 0);
}
