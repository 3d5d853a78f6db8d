import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";
import type { Metrics } from "#platform/metrics.ts";

import type { PushBus } from "./push-bus.ts";
import type { Push } from "./push.ts";

/** A socket of a user, as far as pushes are concerned. It must not throw. */
export interface PushReceiver {
  receive(push: Push): void;
}

/** Somewhere else where the user may have sockets: the legacy, as long as it holds any. */
export interface PushLeg {
  readonly name: string;
  /** Whether there is anybody to be reached. */
  isNeeded(): boolean;
  /** Gives whether the user was reached. Rejects where that cannot be told. */
  deliver(userId: string, push: Push): Promise<boolean>;
}

/** Brings to a user's sockets, wherever they are, what nobody has asked for. */
export interface Pushes {
  /** From now on the receiver gets the user's pushes. Gives the function that ends it. */
  join(userId: string, receiver: PushReceiver): () => void;
  /** Gives whether a socket of the user is known to have been reached. Never rejects. */
  publish(userId: string, push: Push): Promise<boolean>;
}

export interface PushesOptions {
  /** Absent: this process is alone. */
  readonly bus?: PushBus | undefined;
  readonly legs?: readonly PushLeg[];
  readonly metrics: Pick<Metrics, "counter">;
  readonly logger: Pick<Logger, "warn">;
}

interface Member {
  readonly receivers: Set<PushReceiver>;
  readonly leave: () => void;
}

export function createPushes({ bus, legs = [], metrics, logger }: PushesOptions): Pushes {
  const members = new Map<string, Member>();
  const seriesOf = metrics.counter({
    name: "banyan_pushes_total",
    help: "Pushes by where they were brought and whether a socket was there",
    labels: ["kind", "leg", "outcome"],
  });

  function deliver(userId: string, push: Push): boolean {
    const receivers = members.get(userId)?.receivers ?? [];
    for (const receiver of receivers) receiver.receive(push);
    return members.has(userId);
  }

  function count(kind: Push["kind"], leg: string, outcome: "reached" | "nobody" | "failed"): void {
    seriesOf({ kind, leg, outcome }).add();
  }

  async function attempt(leg: string, push: Push, send: () => Promise<boolean>): Promise<boolean> {
    try {
      const isReached = await send();
      count(push.kind, leg, isReached ? "reached" : "nobody");
      return isReached;
    } catch (error) {
      // A push that went astray is told to nobody again, as on the legacy.
      count(push.kind, leg, "failed");
      logger.warn({ leg, kind: push.kind, error: toMessage(error) }, "A push was not passed on");
      return false;
    }
  }

  return {
    join(userId, receiver) {
      const known = members.get(userId);
      const member = known ?? {
        receivers: new Set<PushReceiver>(),
        leave: bus?.listen(userId, (push) => void deliver(userId, push)) ?? (() => {}),
      };
      member.receivers.add(receiver);
      members.set(userId, member);
      return () => {
        member.receivers.delete(receiver);
        if (member.receivers.size > 0 || members.get(userId) !== member) return;
        members.delete(userId);
        member.leave();
      };
    },
    async publish(userId, push) {
      const isHere = deliver(userId, push);
      count(push.kind, "local", isHere ? "reached" : "nobody");
      const reached = await Promise.all([
        ...(bus === undefined
          ? []
          : [attempt("instances", push, async () => (await bus.publish(userId, push)) > 0)]),
        ...legs
          .filter((leg) => leg.isNeeded())
          .map(async (leg) => attempt(leg.name, push, async () => leg.deliver(userId, push))),
      ]);
      return isHere || reached.includes(true);
    },
  };
}
