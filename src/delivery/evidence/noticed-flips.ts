import { hash } from "node:crypto";

import type { EvidenceLedger } from "#delivery/evidence/evidence-ledger.ts";
import { type FindFlips, type FlipTerms, MOST_FLIPS } from "#delivery/evidence/find-flips.ts";
import type { Flags } from "#platform/flags/index.ts";

const NOT_SET = "not set";
const MAX_LINE = 300;
/** Who it was stands nowhere. */
const NOBODY = "unknown";
const REASON = "outside Banyan";

export interface NoticedFlipsOptions extends FlipTerms {
  readonly flags: Pick<Flags, "list" | "freshness">;
  readonly ledger: Pick<EvidenceLedger, "appendOnce" | "latest">;
}

type Rules = ReadonlyMap<string, string>;

interface RuleChange {
  readonly flag: string;
  readonly from: string;
  readonly to: string;
}

/** Each flag that is another than before, with what it was and is. Pure. */
function toChanges(before: Rules, after: Rules): readonly RuleChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((flag) => {
    const [from = NOT_SET, to = NOT_SET] = [before.get(flag), after.get(flag)];
    return from === to ? [] : [{ flag, from, to }];
  });
}

/**
 * Finds flips where the flags' source does not tell of them: by what is held, which is compared with what was held at
 * the last look. Who did them is not known. What the flag was and is stands in the ledger already where it was ordered
 * of Banyan, or found by another instance.
 */
export function createNoticedFlips({
  flags,
  ledger,
  isOwn,
  routeOf,
  buildId,
}: NoticedFlipsOptions): FindFlips {
  let known: Map<string, string> | undefined;

  const readRules = (): Map<string, string> =>
    new Map(
      flags
        .list()
        .filter(({ name }) => isOwn(name))
        .map(({ name, rule }) => [name, rule.slice(0, MAX_LINE)]),
    );

  async function write({ flag, from, to }: RuleChange, atMs: number): Promise<void> {
    const entries = await ledger.latest({
      routeId: routeOf(flag),
      kinds: ["flip"],
      limit: MOST_FLIPS,
    });
    const last = entries.find((entry) => entry.kind === "flip" && entry.flag === flag);
    if (last?.kind === "flip" && last.to === to) return;
    // The same for all instances until one of them has written it.
    const digest = hash("sha256", JSON.stringify([flag, to, last?.id ?? 0]));
    const facts = { flag, from, to, by: NOBODY, reason: REASON, atMs };
    const key = `noticed:${digest}`;
    await ledger.appendOnce({ kind: "flip", routeId: routeOf(flag), buildId, ...facts, key });
  }

  return {
    async look(changedAtMs) {
      // What a source says first is no change.
      if (flags.freshness().ageMs === undefined) return "all";
      const now = readRules();
      if (known === undefined) {
        known = now;
        return "all";
      }
      for (const change of toChanges(known, now)) {
        // oxlint-disable-next-line no-await-in-loop -- what was not written is found again
        await write(change, changedAtMs);
        if (now.has(change.flag)) known.set(change.flag, change.to);
        else known.delete(change.flag);
      }
      return "all";
    },
  };
}
