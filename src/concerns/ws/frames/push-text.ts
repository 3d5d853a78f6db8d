import { toFrameText } from "#concerns/ws/frames/frame-text.ts";
import type { Push } from "#pam/pushes/index.ts";
import { toNaiveUtc } from "#platform/clock.ts";

/** A push as it goes over the wire; every socket of the user gets the same text. */
export function toPushText(push: Push): string {
  switch (push.kind) {
    case "timer-expired":
      return toFrameText({
        type: "timer_expired",
        timer_id: push.timerId,
        label: push.label,
        timer_type: push.timerType,
        message: push.message,
        timestamp: push.timestamp,
        action: "show_notification",
        notification: {
          title: push.timerType === "alarm" ? "Alarm Complete!" : "Timer Complete!",
          body: push.message,
          requireInteraction: true,
          tag: `timer-${push.timerId}`,
        },
      });
    case "proactive-alert": {
      const timestamp = toNaiveUtc(push.atMs);
      return toFrameText({
        type: "proactive_alert",
        timestamp,
        content: {
          type: "proactive_suggestion",
          category: push.category,
          message: push.message,
          priority: push.priority,
          actions: push.actions,
          timestamp,
          alert_type: push.alertType,
        },
        id: `proactive_${push.atMs}`,
      });
    }
  }
}
