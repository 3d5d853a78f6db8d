import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, readBody, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { givenSecret, opens } from "#concerns/ws/timers/internal-secret.ts";
import { parseLegacyRequest } from "#contracts/validation/legacy-request.ts";
import { wsNotifyTimer } from "#contracts/ws/timers.contract.ts";
import { pushSchema } from "#pam/pushes/index.ts";
import { AppError } from "#platform/errors.ts";

/**
 * `POST /api/v1/pam/internal/notify-timer`: tells all sockets of a user that a timer ran out, for whoever knows the
 * internal secret. Answers 200 also where nobody is there to hear it.
 */
export function createNotifyTimer({ internalSecret, pushes }: ConcernDependencies): NativeHandler {
  return async (request, response) => {
    const body = await readBody(request);
    const given = { search: searchOf(request), body };
    const { query, body: timer } = accept(parseLegacyRequest(wsNotifyTimer.request, given));
    if (!opens(givenSecret(request, query.x_internal_secret), internalSecret)) {
      // Without a challenge: no bearer token opens it.
      sendJson(response, 401, { detail: "Invalid internal API secret" });
      return;
    }
    const push = pushSchema.safeParse({
      kind: "timer-expired",
      timerId: timer.timer_id,
      label: timer.label,
      timerType: timer.timer_type,
      message: timer.message,
      timestamp: timer.timestamp,
    });
    if (!push.success) throw new AppError("BODY_TOO_LARGE");
    const isReached = await pushes.publish(timer.user_id, push.data);
    sendJson(response, 200, {
      success: true,
      message: `Notification sent to user ${timer.user_id}`,
      websocket_connected: isReached,
    });
  };
}
