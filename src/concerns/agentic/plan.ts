import { createAdmitGoal } from "#concerns/agentic/agent-limit.ts";
import { readClientContext, readGoal } from "#concerns/agentic/read-order.ts";
import { tellBlocked } from "#concerns/agentic/tell-blocked.ts";
import { toErrorText, toPlanAnswer } from "#concerns/agentic/to-answer.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, readBody } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { whileConnected } from "#concerns/while-connected.ts";
import { agenticPlan } from "#contracts/agentic/agentic.contract.ts";
import { parseLegacyBody } from "#contracts/validation/legacy-request.ts";

const UNAVAILABLE = "Planning system temporarily unavailable";

/**
 * `POST /api/v1/pam/agentic/plan`: a plan towards the caller's goal, which is kept and can be carried out by its id.
 * What cannot be planned is a 200 that says so, as on the legacy.
 */
export function createPlan(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, agent, loadUserContext, tierOf, safetyProfileOf } = dependencies;
  const admit = createAdmitGoal("agentic_plan", dependencies);
  return async (request, response) => {
    const body = await readBody(request);
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const wish = accept(parseLegacyBody(agenticPlan.request.body, body));
    const fail = (error: string): void => {
      sendJson(response, 200, { success: false, error, fallback_available: true });
    };
    const profile = safetyProfileOf(userId);
    const goal = readGoal(wish, profile);
    if (goal.kind === "unusable") return fail(goal.error);
    const client = readClientContext(wish, profile);
    if (client.kind === "unusable") return fail(client.error);
    if (!(await admit(response, userId))) return undefined;

    return whileConnected(response, async (signal) => {
      const [context, tier] = await Promise.all([
        loadUserContext(userId, client.value, signal),
        tierOf(userId),
      ]);
      const outcome = await agent.plan({ userId, goal: goal.value, context, tier, signal });
      if (outcome.kind === "planned") {
        sendJson(response, 200, toPlanAnswer(outcome.plan));
        return;
      }
      await tellBlocked(outcome, { userId, goal: goal.value }, dependencies);
      fail(toErrorText(outcome, UNAVAILABLE));
    });
  };
}
