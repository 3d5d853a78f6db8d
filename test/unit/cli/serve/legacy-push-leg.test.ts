import { expect, test } from "vitest";

import { createLegacyPushLeg } from "#cli/serve/legacy-push-leg.ts";
import type { Push, PushLeg } from "#pam/pushes/index.ts";

const TIMER = {
  kind: "timer-expired",
  timerId: "t-1",
  label: "Tea",
  timerType: "timer",
  message: "Tea is done",
  timestamp: "2030-01-01T00:00:00Z",
} as const;

interface Sent {
  readonly url: string;
  readonly body: unknown;
}

function createLeg(answer: () => Response): { leg: PushLeg; sent: Sent[] } {
  const sent: Sent[] = [];
  const leg = createLegacyPushLeg({
    origin: new URL("http://legacy.test:8000"),
    secret: "s e&cret",
    isNeeded: () => true,
    fetch: async (input, init) => {
      const url = input instanceof URL ? input.href : "";
      sent.push({ url, body: JSON.parse(typeof init?.body === "string" ? init.body : "") });
      return answer();
    },
  });
  return { leg, sent };
}

test("a timer is told to the legacy as its own worker should, with the secret in the query", async () => {
  const { leg, sent } = createLeg(() => Response.json({ websocket_connected: true }));
  expect(await leg.deliver("u", TIMER)).toBe(true);
  expect(sent).toEqual([
    {
      url: "http://legacy.test:8000/api/v1/pam/internal/notify-timer?x_internal_secret=s+e%26cret",
      body: {
        user_id: "u",
        timer_id: "t-1",
        label: "Tea",
        timer_type: "timer",
        message: "Tea is done",
        timestamp: "2030-01-01T00:00:00Z",
      },
    },
  ]);
});

test("what the legacy says of the user's sockets is believed", async () => {
  const { leg } = createLeg(() => Response.json({ websocket_connected: false }));
  expect(await leg.deliver("u", TIMER)).toBe(false);
});

test("a refusal is a failure, which does not tell the secret", async () => {
  const { leg } = createLeg(() => new Response("no", { status: 401 }));
  await expect(leg.deliver("u", TIMER)).rejects.toThrow("The legacy answered a push with 401");
});

test("an alert has no way to the legacy", async () => {
  const { leg, sent } = createLeg(() => new Response());
  const alert: Push = {
    kind: "proactive-alert",
    category: "c",
    message: "m",
    actions: [],
    atMs: 0,
  };
  expect(await leg.deliver("u", alert)).toBe(false);
  expect(sent).toEqual([]);
});
