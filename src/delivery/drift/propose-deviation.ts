import type { DriftExample, ExplainedDifference } from "#delivery/drift/drift-snapshot.ts";
import {
  caseIdOf,
  type ProposalResult,
  toBodyWish,
  toHeaderWishes,
} from "#delivery/drift/propose-case.ts";

export interface DeviationOptions {
  /** The release from which on native differs. */
  readonly since: string;
}

const describe = (
  differences: readonly ExplainedDifference[],
  side: "legacy" | "native",
): string => {
  const open = differences.filter(({ explainedBy }) => explainedBy === undefined);
  const parts = open.slice(0, 5).map((difference) => `${difference.path} is ${difference[side]}`);
  return `In what was seen live, ${parts.join("; ")}.`;
};

/**
 * The beginning of an entry of `contracts/deviations` for one shadowed request: what was seen is filled in, what was
 * decided is left to be written. It names the case that `proposeCase` makes of the same example, which shows it. Pure.
 */
export function proposeDeviation(
  example: DriftExample,
  { since }: DeviationOptions,
): ProposalResult {
  if (example.kind === "conversation") {
    return {
      kind: "impossible",
      reason: "The turns that native is to have instead are for a person to write",
    };
  }
  const { native, differences, legacy, request } = example;
  if (native === undefined) return { kind: "impossible", reason: "Native gave no answer" };
  const has = (root: string): boolean =>
    differences.some(({ path }) => path === root || path.startsWith(`${root}/`));
  const isOther = native.status !== legacy.status;
  const headers = toHeaderWishes(example, "native");
  const sent = `${request.target}\n${request.body ?? ""}`;
  const { body } = toBodyWish(native.body, sent);
  const showing = {
    cases: [caseIdOf(example)],
    ...(isOther && { status: native.status }),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...((isOther || has("/body")) && body !== undefined && { body }),
  };
  if (Object.keys(showing).length === 1) {
    return { kind: "impossible", reason: "Nothing of what differs can be held to an entry" };
  }
  const id = caseIdOf(example)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-");
  const deviation = {
    id,
    routes: [example.routeId],
    legacy: describe(differences, "legacy"),
    native: describe(differences, "native"),
    why: "TO BE WRITTEN: why native is right to differ.",
    noticedBy: "TO BE WRITTEN: which client notices it, and how.",
    since,
    shows: [showing],
  };
  return {
    kind: "proposed",
    id,
    proposal: {
      path: `contracts/deviations/${id}.json`,
      text: `${JSON.stringify(deviation, undefined, 2)}\n`,
    },
  };
}
