import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import { toNaiveUtc } from "#platform/clock.ts";

/**
 * `GET /api/v1/pam/context`: what the caller told the assistant of their situation, and what it remembers of the last
 * conversation. The legacy answers 500 to everybody.
 */
export function createContext({
  authenticator,
  situations,
  store,
}: ConcernDependencies): NativeHandler {
  return async (request, response) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const [situation, { state }] = await Promise.all([situations.read(userId), store.read(userId)]);
    const { language, context = {}, lastActivityMs } = state;
    sendJson(response, 200, {
      context: {
        location: situation.location ?? null,
        budget_status: situation.budgetStatus ?? null,
        travel_plans: situation.travelPlans ?? null,
        vehicle_info: situation.vehicleInfo ?? null,
        preferences: situation.preferences ?? null,
        remembered: context,
        language: language ?? null,
        last_activity: lastActivityMs === undefined ? null : toNaiveUtc(lastActivityMs),
      },
    });
  };
}
