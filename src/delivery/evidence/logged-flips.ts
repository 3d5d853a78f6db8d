import type { Flip } from "#delivery/evidence/evidence-entry.ts";
import type { EvidenceLedger } from "#delivery/evidence/evidence-ledger.ts";
import { type FindFlips, type FlipTerms, MOST_FLIPS } from "#delivery/evidence/find-flips.ts";
import type { FlagLog, LoggedFlip } from "#platform/flags/index.ts";
import type { Logger } from "#platform/logger.ts";

/** An order changes a flag in several steps, and the source's clock is another's. */
const OWN_WITHIN_MS = 30_000;
const REASON = "outside Banyan";

export interface LoggedFlipsOptions extends FlipTerms {
  readonly log: FlagLog;
  readonly ledger: Pick<EvidenceLedger, "appendOnce" | "latest">;
  readonly logger: Pick<Logger, "warn">;
}

/** The newest event of the log that the ledger has; `undefined` where it has none. Pure. */
function newestOf(flips: readonly Flip[], logName: string): number | undefined {
  const prefix = `${logName}:`;
  const ids = flips.flatMap(({ key = "" }) =>
    key.startsWith(prefix) ? [Number(key.slice(prefix.length))] : [],
  );
  const known = ids.filter((id) => Number.isSafeInteger(id));
  return known.length === 0 ? undefined : Math.max(...known);
}

/** Whether what a token did is what somebody ordered of Banyan: that stands in the ledger already. Pure. */
const isOrdered = ({ flag, atMs, isByToken }: LoggedFlip, flips: readonly Flip[]): boolean =>
  isByToken &&
  flips.some(
    (flip) =>
      flip.key === undefined && flip.flag === flag && Math.abs(flip.atMs - atMs) <= OWN_WITHIN_MS,
  );

/**
 * Finds flips in the log of the flags' source, which knows who did them. It goes on where the ledger ends, and begins
 * with what comes from now on where the ledger has nothing. What came with a token is looked at twice, since it may be
 * an order of Banyan's own that is not written down yet.
 */
export function createLoggedFlips({
  log,
  ledger,
  isOwn,
  routeOf,
  buildId,
  logger,
}: LoggedFlipsOptions): FindFlips {
  let lastId: number | undefined;
  /** Up to here everything was looked at before. */
  let seenId = 0;

  async function readFlips(): Promise<readonly Flip[]> {
    const entries = await ledger.latest({ kinds: ["flip"], limit: MOST_FLIPS });
    return entries.filter((entry) => entry.kind === "flip");
  }

  async function write({ id, ...found }: LoggedFlip): Promise<void> {
    const { flag, from, to, by, atMs } = found;
    const facts = { flag, from, to, by, atMs, reason: REASON };
    const key = `${log.name}:${id}`;
    await ledger.appendOnce({ kind: "flip", routeId: routeOf(flag), buildId, ...facts, key });
  }

  return {
    async look() {
      const known = await readFlips();
      lastId ??= newestOf(known, log.name) ?? (await log.newestId());
      const news = await log.after(lastId);
      if (news.isCut) logger.warn({}, "Some flips are too long ago to be read from the flags' log");
      for (const flip of news.flips) {
        const isMeant = isOwn(flip.flag) && !isOrdered(flip, known);
        if (isMeant && flip.isByToken && flip.id > seenId) {
          seenId = news.lastId;
          return "again";
        }
        // oxlint-disable-next-line no-await-in-loop -- the next look goes on behind the last one that was written
        if (isMeant) await write(flip);
        lastId = flip.id;
      }
      lastId = news.lastId;
      return "all";
    },
  };
}
