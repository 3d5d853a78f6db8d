import type { Clock } from "#platform/clock.ts";

import { MAX_MESSAGES, newestMessages, type DatedMessage } from "./history-message.ts";
import type { InstanceState } from "./instance-state.ts";
import type { PamInstance } from "./pam-instance-store.ts";
import type { PendingConfirmation } from "./pending-confirmation.ts";

/** A message that a shared store does not have yet, with the fence of the turn it belongs to. */
export interface UnsavedMessage {
  readonly fence: number;
  readonly message: DatedMessage;
}

/** What happened to a user since a shared store last heard of it, in this order. */
export interface Unsaved {
  readonly isForgotten: boolean;
  readonly state: InstanceState;
  readonly messages: readonly UnsavedMessage[];
}

interface Held {
  readonly state: InstanceState;
  readonly history: readonly DatedMessage[];
  readonly unsaved: Unsaved;
  readonly usedMs: number;
}

export const EXPIRY_MS = 24 * 60 * 60 * 1_000;
/** Beyond this many the user who was not heard of for longest is forgotten. */
const MAX_USERS = 10_000;

const NOTHING: Unsaved = { isForgotten: false, state: {}, messages: [] };
const UNKNOWN = { state: {}, history: [], unsaved: NOTHING };

const isNothing = ({ isForgotten, state, messages }: Unsaved): boolean =>
  !isForgotten && messages.length === 0 && Object.keys(state).length === 0;

/**
 * What this process has in hand of its users. It remembers of each what a shared store was not told yet, so
 * that a store which is away, or not in use for a while, can be brought up to date.
 */
export interface HeldInstances {
  read(userId: string): PamInstance;
  update(userId: string, state: InstanceState): void;
  append(userId: string, messages: readonly UnsavedMessage[]): void;
  /** What waits for the user's yes and no shared store was told of: no other process can have had it. */
  takePending(userId: string): PendingConfirmation | undefined;
  forget(userId: string): void;
  /** `undefined` where a shared store knows everything. */
  unsavedOf(userId: string): Unsaved | undefined;
  /** A shared store has these now. What came after them stays unsaved. */
  settle(userId: string, saved: Unsaved): void;
  /** Takes messages back that belong to a turn which was superseded. */
  withdraw(userId: string, ids: readonly string[]): void;
  /** From now on what is unsaved is to be kept whatever turns came since. */
  liftFences(userId: string): void;
  /** Takes what a shared store has, and puts what is unsaved on top. */
  adopt(userId: string, instance: PamInstance): void;
}

export function createHeldInstances(clock: Pick<Clock, "monotonicMs">): HeldInstances {
  /** In the order of their last use, the longest ago first. */
  const users = new Map<string, Held>();

  function dropExpired(): void {
    const expiredMs = clock.monotonicMs() - EXPIRY_MS;
    for (const [userId, { usedMs }] of users) {
      if (usedMs > expiredMs && users.size <= MAX_USERS) return;
      users.delete(userId);
    }
  }

  function hold(userId: string): Omit<Held, "usedMs"> {
    dropExpired();
    return users.get(userId) ?? UNKNOWN;
  }

  function put(userId: string, held: Omit<Held, "usedMs">): void {
    users.delete(userId);
    users.set(userId, { ...held, usedMs: clock.monotonicMs() });
    dropExpired();
  }

  function change(userId: string, toUnsaved: (unsaved: Unsaved) => Unsaved): void {
    const held = hold(userId);
    if (held !== UNKNOWN) put(userId, { ...held, unsaved: toUnsaved(held.unsaved) });
  }

  return {
    read(userId) {
      const held = hold(userId);
      if (held !== UNKNOWN) put(userId, held);
      return { state: held.state, history: newestMessages(held.history) };
    },
    update(userId, state) {
      const held = hold(userId);
      const { unsaved } = held;
      put(userId, {
        ...held,
        state: { ...held.state, ...state },
        unsaved: { ...unsaved, state: { ...unsaved.state, ...state } },
      });
    },
    append(userId, messages) {
      const held = hold(userId);
      const { unsaved } = held;
      const added = messages.map(({ message }) => message);
      put(userId, {
        ...held,
        history: [...held.history, ...added].slice(-MAX_MESSAGES),
        unsaved: {
          ...unsaved,
          messages: [...unsaved.messages, ...messages].slice(-MAX_MESSAGES),
        },
      });
    },
    takePending(userId) {
      const held = hold(userId);
      if ((held.state.pending ?? null) === null) return undefined;
      const { unsaved } = held;
      const nothing = { pending: null };
      put(userId, {
        ...held,
        state: { ...held.state, ...nothing },
        unsaved: { ...unsaved, state: { ...unsaved.state, ...nothing } },
      });
      return unsaved.state.pending ?? undefined;
    },
    forget(userId) {
      put(userId, { ...UNKNOWN, unsaved: { ...NOTHING, isForgotten: true } });
    },
    unsavedOf(userId) {
      const { unsaved } = hold(userId);
      return isNothing(unsaved) ? undefined : unsaved;
    },
    settle(userId, saved) {
      change(userId, (unsaved) => ({
        isForgotten: unsaved.isForgotten && !saved.isForgotten,
        state: unsaved.state === saved.state ? {} : unsaved.state,
        messages: unsaved.messages.filter((entry) => !saved.messages.includes(entry)),
      }));
    },
    withdraw(userId, ids) {
      const held = hold(userId);
      if (ids.length === 0 || held === UNKNOWN) return;
      put(userId, { ...held, history: held.history.filter(({ id }) => !ids.includes(id)) });
    },
    liftFences(userId) {
      change(userId, (unsaved) => ({
        ...unsaved,
        messages: unsaved.messages.map(({ message }) => ({ fence: 0, message })),
      }));
    },
    adopt(userId, { state, history }) {
      const { unsaved } = hold(userId);
      const known = new Set(history.map(({ id }) => id));
      const added = unsaved.messages.flatMap(({ message }) =>
        known.has(message.id) ? [] : [message],
      );
      put(userId, {
        state: unsaved.isForgotten ? unsaved.state : { ...state, ...unsaved.state },
        history: [...(unsaved.isForgotten ? [] : history), ...added].slice(-MAX_MESSAGES),
        unsaved,
      });
    },
  };
}
