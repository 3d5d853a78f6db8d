import { MessageRefused, validateAndSanitizeMessage } from "#pam/safety/middleware.ts";
import type { SafetyProfile } from "#pam/safety/profile.ts";
import { type InstanceState, type PamInstanceStore, toSnapshot } from "#pam/store/index.ts";
import { readContext } from "#pam/turn/read-context.ts";
import type { Clock } from "#platform/clock.ts";
import type { HandoffOutcome } from "#routing/handoff/handoff-tally.ts";
import type { PassedTurn, Said } from "#routing/handoff/said.ts";

export interface KeepDependencies {
  readonly store: Pick<PamInstanceStore, "beginTurn" | "read" | "update" | "append">;
  /** How strictly a user's words are read, as native turns read them. */
  readonly safetyProfileOf: (userId: string) => SafetyProfile;
  readonly clock: Pick<Clock, "now">;
}

interface Clean {
  readonly text: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** The user's words as a native turn would have got them, or `undefined` where it would not have got them. */
function clean({ message, context }: Said, profile: SafetyProfile): Clean | undefined {
  try {
    const payload = { type: "chat", message, context };
    const { message: text, context: cleaned } = validateAndSanitizeMessage(payload, { profile });
    return { text: text ?? "", context: cleaned };
  } catch (error) {
    if (error instanceof MessageRefused) return undefined;
    throw error;
  }
}

async function readState(
  userId: string,
  context: Clean["context"],
  { store, clock }: KeepDependencies,
): Promise<InstanceState> {
  const { state } = await store.read(userId);
  const { known, language } = readContext(context, state.context);
  return {
    ...(language !== undefined && { language }),
    context: toSnapshot(known),
    lastActivityMs: clock.now(),
  };
}

/**
 * Writes a turn that the legacy answered, just as a native turn writes itself: the words sanitised, the context
 * merged, question and answer at once and under the user's lease, so that no native turn is in between. Rejects
 * where the store does, and with the signal's reason while another turn of the user goes on.
 */
export async function keepTurn(
  userId: string,
  { said, answer }: PassedTurn,
  { signal, ...dependencies }: KeepDependencies & { readonly signal: AbortSignal },
): Promise<HandoffOutcome> {
  const { store, safetyProfileOf } = dependencies;
  const cleaned = clean(said, safetyProfileOf(userId));
  if (cleaned === undefined || cleaned.text === "") return "no-turn";
  await using lease = await store.beginTurn({ userId, sessionId: said.sessionId }, signal);
  const state = await readState(userId, cleaned.context, dependencies);
  // What a native turn asked before is no longer what was asked last.
  await store.update(userId, { ...state, pending: null });
  const result = await store.append(lease, [
    { role: "user", text: cleaned.text },
    { role: "assistant", text: answer },
  ]);
  return result === "kept" ? "kept" : "failed";
}

/** Writes a context that came without a message. */
export async function keepLoneContext(
  userId: string,
  context: Said["context"],
  dependencies: KeepDependencies,
): Promise<HandoffOutcome> {
  const said = { message: "", context, sessionId: undefined };
  const cleaned = clean(said, dependencies.safetyProfileOf(userId));
  if (cleaned === undefined) return "no-turn";
  const state = await readState(userId, cleaned.context, dependencies);
  await dependencies.store.update(userId, state);
  return "context-kept";
}
