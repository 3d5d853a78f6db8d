import { z } from "zod";

import { rewriteJson } from "#contracts/recordings/json-values.ts";
import { readPythonJson } from "#contracts/validation/python-json.ts";
import { toPlainValue } from "#contracts/validation/python-value.ts";
import { toPythonFrame } from "#stand-in/sockets/python-frame.ts";

const timer = z.object({
  user_id: z.string(),
  timer_id: z.string(),
  label: z.string(),
  timer_type: z.string(),
  message: z.string(),
  timestamp: z.string(),
});

/**
 * What `POST /api/v1/pam/internal/notify-timer` does besides being answered: every open socket of the
 * user gets a frame. Gives the answer's body, which tells whether there was one.
 */
export function notifyTimer(
  requestBody: string,
  answerBody: string,
  notify: (userId: string, frame: string) => boolean,
): string {
  const reading = readPythonJson(requestBody);
  const parsed = timer.safeParse(
    reading.kind === "value" ? toPlainValue(reading.value) : undefined,
  );
  if (!parsed.success) return answerBody;
  const { user_id: userId, ...fields } = parsed.data;
  const isConnected = notify(userId, toPythonFrame(toTimerFrame(fields)));
  return rewriteJson(answerBody, (pointer) =>
    pointer === "/websocket_connected" ? String(isConnected) : undefined,
  );
}

function toTimerFrame(fields: Omit<z.infer<typeof timer>, "user_id">): unknown {
  const { timer_id, label, timer_type, message, timestamp } = fields;
  return {
    type: "timer_expired",
    timer_id,
    label,
    timer_type,
    message,
    timestamp,
    action: "show_notification",
    notification: {
      title: timer_type === "alarm" ? "Alarm Complete!" : "Timer Complete!",
      body: message,
      requireInteraction: true,
      tag: `timer-${timer_id}`,
    },
  };
}
