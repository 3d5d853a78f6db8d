import type { ConcernDependencies } from "#concerns/concern.ts";
import type { AgentFailure } from "#pam/agent.ts";
import { logSecurityEvent } from "#pam/safety/middleware.ts";

/** Counts a goal that the safety checks refused against its user, as a chat's message is; other failures are none. */
export async function tellBlocked(
  outcome: AgentFailure,
  { userId, goal }: { readonly userId: string; readonly goal: string },
  { securityEvents, violations }: Pick<ConcernDependencies, "securityEvents" | "violations">,
): Promise<void> {
  if (outcome.kind !== "blocked") return;
  const { check, reason } = outcome.verdict;
  const name = "REST_SUSPICIOUS_MESSAGE";
  logSecurityEvent({ name, userId, check, reason, text: goal }, securityEvents);
  await violations.record(userId, name);
}
