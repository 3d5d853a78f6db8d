import { describe, expect, test } from "vitest";

import { createPushes, type Push, type PushLeg, pushSchema } from "#pam/pushes/index.ts";
import type { PushBus } from "#pam/pushes/push-bus.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";

const TIMER: Push = {
  kind: "timer-expired",
  timerId: "t-1",
  label: "Tea",
  timerType: "timer",
  message: "Tea is done",
  timestamp: "2030-01-01T00:00:00Z",
};

interface Bus extends PushBus {
  readonly listening: Map<string, (push: Push) => void>;
}

function createBus(others: number | Error): Bus {
  const listening = new Map<string, (push: Push) => void>();
  return {
    listening,
    listen(userId, hear) {
      listening.set(userId, hear);
      return () => listening.delete(userId);
    },
    async publish() {
      if (others instanceof Error) throw others;
      return others;
    },
  };
}

const createLeg = (answer: boolean | Error, isNeeded = true): PushLeg & { sent: Push[] } => {
  const sent: Push[] = [];
  return {
    name: "legacy",
    sent,
    isNeeded: () => isNeeded,
    async deliver(_userId, push) {
      sent.push(push);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
};

const create = (bus?: PushBus, legs: readonly PushLeg[] = []) => {
  const metrics = createMetrics({ version: "0" });
  return { metrics, pushes: createPushes({ bus, legs, metrics, logger: silentLogger }) };
};

test("a push reaches every socket of the user that is there, and says so", async () => {
  const { pushes } = create();
  const heard: string[] = [];
  pushes.join("u", { receive: () => heard.push("first") });
  const leave = pushes.join("u", { receive: () => heard.push("second") });
  pushes.join("other", { receive: () => heard.push("other") });
  expect(await pushes.publish("u", TIMER)).toBe(true);
  leave();
  leave();
  expect(await pushes.publish("u", TIMER)).toBe(true);
  expect(heard).toEqual(["first", "second", "first"]);
});

test("nobody is listened for without a socket", async () => {
  const bus = createBus(0);
  const { pushes } = create(bus);
  const leave = [pushes.join("u", { receive() {} }), pushes.join("u", { receive() {} })];
  expect([...bus.listening.keys()]).toEqual(["u"]);
  leave[0]?.();
  expect([...bus.listening.keys()]).toEqual(["u"]);
  leave[1]?.();
  expect([...bus.listening.keys()]).toEqual([]);
  expect(await pushes.publish("u", TIMER)).toBe(false);
});

test("what another instance pushes is heard here", () => {
  const bus = createBus(0);
  const { pushes } = create(bus);
  const heard: Push[] = [];
  pushes.join("u", { receive: (push) => heard.push(push) });
  bus.listening.get("u")?.(TIMER);
  expect(heard).toEqual([TIMER]);
});

describe("whether the user was reached", () => {
  test.each([
    { name: "no, where nobody is anywhere", others: 0, legacy: false, isReached: false },
    { name: "yes, where another instance listens", others: 2, legacy: false, isReached: true },
    { name: "yes, where the legacy says so", others: 0, legacy: true, isReached: true },
    { name: "by whoever can be asked", others: new Error("away"), legacy: true, isReached: true },
    {
      name: "no, where nobody can be asked",
      others: new Error("away"),
      legacy: new Error("down"),
      isReached: false,
    },
  ])("$name", async ({ others, legacy, isReached }) => {
    const { pushes } = create(createBus(others), [createLeg(legacy)]);
    expect(await pushes.publish("u", TIMER)).toBe(isReached);
  });
});

test("a leg that is not needed is not asked, and what fails is only counted", async () => {
  const idle = createLeg(true, false);
  const { pushes, metrics } = create(createBus(new Error("away")), [idle]);
  expect(await pushes.publish("u", TIMER)).toBe(false);
  expect(idle.sent).toEqual([]);
  const text = await metrics.render();
  expect(text).toContain(
    'banyan_pushes_total{kind="timer-expired",leg="instances",outcome="failed"} 1',
  );
  expect(text).toContain(
    'banyan_pushes_total{kind="timer-expired",leg="local",outcome="nobody"} 1',
  );
});

test("a push is bounded", () => {
  expect(pushSchema.safeParse({ ...TIMER, message: "x".repeat(4_001) }).success).toBe(false);
  expect(pushSchema.safeParse({ ...TIMER, more: 1 }).success).toBe(false);
  expect(pushSchema.safeParse(TIMER).success).toBe(true);
});
