import { createAdmitGoal } from "#concerns/agentic/agent-limit.ts";
import { readClientContext, readGoal, readNamedPlan } from "#concerns/agentic/read-order.ts";
import { tellBlocked } from "#concerns/agentic/tell-blocked.ts";
import { toErrorText, toExecutionAnswer } from "#concerns/agentic/to-answer.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, readBody } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { whileConnected } from "#concerns/while-connected.ts";
import { agenticExecute } from "#contracts/agentic/agentic.contract.ts";
import { parseLegacyBody } from "#contracts/validation/legacy-request.ts";

const UNAVAILABLE = "Execution system temporarily unavailable";

/**
 * `POST /api/v1/pam/agentic/execute`: carries out a plan of the caller's by its id, or one that it makes of a goal. A
 * body that names a plan means that one: its goal is not planned anew where the plan is gone, since what was done of
 * it would be done twice.
 */
export function createExecute(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, agent, clock, loadUserContext, tierOf, safetyProfileOf } = dependencies;
  const admit = createAdmitGoal("agentic_execute", dependencies);
  return async (request, response) => {
    const startedAtMs = clock.monotonicMs();
    const body = await readBody(request);
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const wish = accept(parseLegacyBody(agenticExecute.request.body, body));
    const fail = (error: string): void => {
      sendJson(response, 200, { success: false, error });
    };
    const profile = safetyProfileOf(userId);
    const named = readNamedPlan(wish);
    const goal = named === undefined ? readGoal(wish, profile) : undefined;
    if (goal?.kind === "unusable") return fail(goal.error);
    const client = readClientContext(wish, profile);
    if (client.kind === "unusable") return fail(client.error);
    if (!(await admit(response, userId))) return undefined;

    const order =
      named === undefined
        ? ({ kind: "goal", goal: goal?.value ?? "" } as const)
        : ({ kind: "plan", ...named } as const);
    return whileConnected(response, async (signal) => {
      const [context, tier] = await Promise.all([
        loadUserContext(userId, client.value, signal),
        tierOf(userId),
      ]);
      const outcome = await agent.execute({ userId, order, context, tier, signal });
      if (outcome.kind === "executed") {
        const tookMs = clock.monotonicMs() - startedAtMs;
        sendJson(response, 200, toExecutionAnswer(outcome, tookMs));
        return;
      }
      await tellBlocked(outcome, { userId, goal: goal?.value ?? "" }, dependencies);
      fail(toErrorText(outcome, UNAVAILABLE));
    });
  };
}
