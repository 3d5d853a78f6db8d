import type { ConcernDependencies } from "#concerns/concern.ts";
import type { Assistant } from "#pam/assistant.ts";
import type { Flags } from "#platform/flags/index.ts";

/** What native sides take of the assistant, and of the flags that it reads. */
export function toAssistantParts(
  { turn, agent, store, safetyProfileOf, hasTool, knowledge }: Assistant,
  flags: Pick<Flags, "evaluate">,
): Pick<ConcernDependencies, "turn" | "agent" | "store" | "safetyProfileOf" | "hasTool" | "isOn"> &
  Assistant["knowledge"] {
  return {
    turn,
    agent,
    store,
    safetyProfileOf,
    hasTool,
    ...knowledge,
    isOn: (flag, userId) => flags.evaluate(flag, { key: userId }) === "on",
  };
}
