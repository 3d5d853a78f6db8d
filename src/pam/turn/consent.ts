import { hash } from "node:crypto";

import type { PendingConfirmation } from "#pam/store/index.ts";
import type { ReadableCall } from "#pam/tools/door.ts";

import { confirms } from "./confirms.ts";
import type { RanCall } from "./run-calls.ts";

/** The user's word for what acts on others in their name. */
export interface Consent {
  /** Whether they have agreed to this very call. A yes is used up by the first call that it allows. */
  take(call: ReadableCall): boolean;
}

/** Nobody was asked, or did not say yes. */
export const NO_CONSENT: Consent = { take: () => false };

/** Whoever says yes later may mean something else by it. */
export const ANSWER_WITHIN_MS = 10 * 60 * 1_000;

type Names = Readonly<Record<string, unknown>>;

const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === "";
const isRecord = (value: unknown): value is Names =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What says the same looks the same: order of names, blanks, and what is left empty mean nothing. */
function tidy(_: string, value: unknown): unknown {
  if (typeof value === "string") return value.normalize("NFC").replaceAll(/\s+/gu, " ").trim();
  if (!isRecord(value)) return value;
  const named = Object.entries(value).filter(([, each]) => !isAbsent(each));
  return Object.fromEntries(named.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

const digestOf = (value: unknown): string => hash("sha256", JSON.stringify(value, tidy));

const digestOfCall = ({ name, args }: ReadableCall): string => digestOf([name, args]);

/** A conversation as a client names it, or the user's only one where it does not. */
const digestOfConversation = (name: string | undefined): string | null =>
  name === undefined ? null : hash("sha256", name);

/** What a turn asked the user, and when. `undefined` where it asked nothing. */
export function toPending(
  ran: readonly RanCall[],
  { conversation, nowMs }: { readonly conversation: string | undefined; readonly nowMs: number },
): PendingConfirmation | undefined {
  const calls = ran.flatMap(({ call, result }) =>
    call.kind === "call" && !result.success && result.error_code === "CONFIRMATION_REQUIRED"
      ? [digestOfCall(call)]
      : [],
  );
  if (calls.length === 0) return undefined;
  return {
    conversation: digestOfConversation(conversation),
    askedAtMs: nowMs,
    calls: [...new Set(calls)],
  };
}

/** A message without a name goes on wherever the user was last; one with a name answers what was asked under it. */
export const isAskedIn = (pending: PendingConfirmation, named: string | undefined): boolean =>
  named === undefined || pending.conversation === digestOfConversation(named);

/**
 * The consent that a message gives to what the turn before it asked. Nothing but the user's own words and the question
 * counts: a call that differs in name or arguments from what was asked about has none.
 */
export function toConsent(
  pending: PendingConfirmation | undefined,
  { message, nowMs }: { readonly message: string; readonly nowMs: number },
): Consent {
  if (pending === undefined || !confirms(message)) return NO_CONSENT;
  // Either way: the clocks of two instances differ a little.
  if (Math.abs(nowMs - pending.askedAtMs) > ANSWER_WITHIN_MS) return NO_CONSENT;
  let isSpent = false;
  return {
    take(call) {
      if (isSpent || !pending.calls.includes(digestOfCall(call))) return false;
      isSpent = true;
      return true;
    },
  };
}
