import { z } from "zod";

import { requireSmall } from "#concerns/chat/require-small.ts";
import { requireStorable } from "#concerns/chat/require-storable.ts";
import { sendSuccess } from "#concerns/chat/send-success.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, readBody } from "#concerns/read-request.ts";
import { chatContextUpdate } from "#contracts/chat/context.contract.ts";
import { parseLegacyBody } from "#contracts/validation/legacy-request.ts";
import { toSnapshot } from "#pam/store/index.ts";
import type { Situation } from "#pam/user-context/index.ts";

const sectionSchema = z.record(z.string(), z.json());

/** A section that is null is as one that is not given. */
function toSection(given: unknown): z.infer<typeof sectionSchema> | undefined {
  return given === null || given === undefined ? undefined : sectionSchema.parse(given);
}

function toSituation(given: z.infer<typeof chatContextUpdate.request.body>): Situation {
  const location = toSection(given.location);
  const budgetStatus = toSection(given.budget_status);
  const travelPlans = toSection(given.travel_plans);
  const vehicleInfo = toSection(given.vehicle_info);
  const preferences = toSection(given.preferences);
  return {
    ...(location !== undefined && { location }),
    ...(budgetStatus !== undefined && { budgetStatus }),
    ...(travelPlans !== undefined && { travelPlans }),
    ...(vehicleInfo !== undefined && { vehicleInfo }),
    ...(preferences !== undefined && { preferences }),
  };
}

/**
 * `PUT /api/v1/pam/context`: sets what is given of the caller's situation. The assistant knows it from the next turn
 * on. The legacy answers 500 to everybody and keeps nothing.
 */
export function createContextUpdate({
  authenticator,
  clock,
  messageSizes,
  situations,
  store,
}: ConcernDependencies): NativeHandler {
  return async (request, response) => {
    const body = await readBody(request);
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const given = accept(parseLegacyBody(chatContextUpdate.request.body, body));
    requireSmall(body, "context_data", messageSizes);
    requireStorable(given);
    const situation = toSituation(given);
    const { location, vehicleInfo } = situation;
    await situations.update(userId, situation, clock.now());
    const { state } = await store.read(userId);
    await store.update(userId, {
      context: toSnapshot({
        ...state.context,
        ...(location !== undefined && { user_location: location }),
        ...(vehicleInfo !== undefined && { vehicle_info: vehicleInfo }),
      }),
    });
    sendSuccess(response, "The context is updated", clock.now());
  };
}
