import { type Authenticator, bearerToken } from "#platform/auth.ts";
import type { Flags } from "#platform/flags/index.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import { createMemoryBudget } from "#platform/memory-budget.ts";
import type { Metrics } from "#platform/metrics.ts";
import { createBackgroundTasks } from "#platform/resilience/background-tasks.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";
import { tokenOf } from "#routing/cohort.ts";
import { DIALECTS } from "#routing/handoff/dialect.ts";
import { createHandoffTally, type HandoffOutcome } from "#routing/handoff/handoff-tally.ts";
import { keepLoneContext, keepTurn, type KeepDependencies } from "#routing/handoff/keep-turn.ts";
import { RequestWatch } from "#routing/handoff/request-watch.ts";
import { createSocketWatch } from "#routing/handoff/socket-watch.ts";
import type { LegacyExchange, Onlooker } from "#routing/legacy-exchange.ts";

/** On for a cohort: what it says to the legacy is remembered for the native side as well. */
const HANDOFF_FLAG = "pam.handoff";

/**
 * What all that is looked on at may hold together. A socket whose frames are compressed, as browsers' are, holds up to
 * 64 KiB for as long as it is open: this is enough for a thousand of them that have said so much. The rest goes by.
 */
const MAX_BYTES = 67_108_864;
/** Turns that are being written or wait for it; beyond them what passes is not kept. */
const MAX_WAITING = 200;
/** Longer than a native turn of the same user can last: this one comes after it. */
const LEASE_WAIT_MS = 30_000;
const CLOSE_WAIT_MS = 1_000;

export interface HandoffOptions extends KeepDependencies {
  readonly flags: Pick<Flags, "evaluate">;
  readonly authenticator: Pick<Authenticator, "verifyToken">;
  readonly metrics: Pick<Metrics, "counter">;
  readonly scheduler: Scheduler;
}

/**
 * Carries conversations over from the legacy, which keeps them in its own memory only: while it answers, what passes
 * is written into the store that native turns read. It looks on and nothing more; it is bounded; and whatever goes
 * wrong with it is counted.
 */
export type Handoff = Onlooker & Closeable;

export function createHandoff(options: HandoffOptions): Handoff {
  const { flags, authenticator, metrics, scheduler } = options;
  const count = createHandoffTally(metrics);
  const budget = createMemoryBudget(MAX_BYTES);
  const tasks = createBackgroundTasks(MAX_WAITING, () => count("failed"));
  let isClosed = false;

  const isWanted = ({ resolution: { cohort }, peer }: LegacyExchange): boolean =>
    // Without a subject there is nobody whose conversation it could be.
    cohort.kind === "subject" &&
    flags.evaluate(HANDOFF_FLAG, { key: cohort.key, remoteAddress: peer.client }) === "on";

  /** The user whose token it is. One that does not hold must not write into anybody's history. */
  async function ownerOf(token: string, claimedUserId?: string): Promise<string | undefined> {
    try {
      const { userId } = await authenticator.verifyToken(token);
      return claimedUserId === undefined || claimedUserId === userId ? userId : undefined;
    } catch {
      return undefined;
    }
  }

  async function runWithin(write: (signal: AbortSignal) => Promise<HandoffOutcome>): Promise<void> {
    const wait = new AbortController();
    const cancel = scheduler.after(LEASE_WAIT_MS, () => wait.abort());
    try {
      count(await write(wait.signal));
    } finally {
      cancel();
    }
  }

  /** In the order of the user's turns, and off everybody's path. False where there is no room for more. */
  function later(key: string, write: (signal: AbortSignal) => Promise<HandoffOutcome>): boolean {
    const isTaken = !isClosed && tasks.add(key, async () => runWithin(write));
    if (!isTaken) count("no-room");
    return isTaken;
  }

  return {
    requestTap(exchange) {
      const { match, cohort } = exchange.resolution;
      if (match?.route.conversation !== "chat" || !isWanted(exchange)) return undefined;
      const token = bearerToken(exchange.request.headers.authorization) ?? "";
      return new RequestWatch({
        budget,
        onSkipped: count,
        onEnded: (read) =>
          later(cohort.key, async (signal) => {
            const turn = await read();
            if (typeof turn === "string") return turn;
            const userId = await ownerOf(token);
            return userId === undefined
              ? "unverified"
              : keepTurn(userId, turn, { ...options, signal });
          }),
      });
    },

    socketTap(exchange) {
      const { match, cohort } = exchange.resolution;
      const form = match?.route.conversation;
      const dialect = form && DIALECTS[form];
      if (match === undefined || dialect === undefined || !isWanted(exchange)) return undefined;
      const token = tokenOf(true, exchange.target, undefined) ?? "";
      let owner: Promise<string | undefined> = Promise.resolve(undefined);
      const keep = (
        write: (userId: string, signal: AbortSignal) => Promise<HandoffOutcome>,
      ): boolean =>
        later(cohort.key, async (signal) => {
          const userId = await owner;
          return userId === undefined ? "unverified" : write(userId, signal);
        });
      return createSocketWatch({
        dialect,
        budget,
        // At once, for the life of the socket: like the legacy and the native side, which look at a token once.
        onOpened() {
          owner = ownerOf(token, match.params["user_id"]);
        },
        onTurn: (turn) =>
          keep(async (userId, signal) => keepTurn(userId, turn, { ...options, signal })),
        onContext: (context) => keep(async (userId) => keepLoneContext(userId, context, options)),
        onSkipped: count,
      });
    },

    /** Waits a moment for what is being written; a store that hangs holds nobody up. */
    async close() {
      isClosed = true;
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const cancel = scheduler.after(CLOSE_WAIT_MS, resolve);
      await Promise.race([tasks.close(), late]);
      cancel();
    },
  };
}
