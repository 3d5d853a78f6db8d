import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import { toNaiveUtc } from "#platform/clock.ts";

const CAPABILITIES = {
  goal_planning: true,
  multi_step_reasoning: true,
  dynamic_tool_selection: true,
  proactive_assistance: true,
  learning_adaptation: true,
  domain_expertise: {
    travel_planning: true,
    financial_management: true,
    social_networking: true,
    shopping_recommendations: true,
  },
  specialized_nodes: {
    you_node: "Personal AI companion with emotional intelligence",
    wheels_node: "Travel and logistics expert",
    wins_node: "Financial management specialist",
    shop_node: "Product recommendation engine",
    social_node: "Community and social features",
  },
} as const;

/** `GET /api/v1/pam/agentic/capabilities`: a constant but for its time, for any caller with a valid token. */
export function createCapabilities({ authenticator, clock }: ConcernDependencies): NativeHandler {
  return async (request, response) => {
    await authenticator.verifyHeader(request.headers.authorization);
    sendJson(response, 200, {
      success: true,
      capabilities: CAPABILITIES,
      system_status: "operational",
      version: "1.0",
      last_updated: toNaiveUtc(clock.now()),
    });
  };
}
