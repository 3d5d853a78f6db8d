import { expect, test } from "vitest";

import { toSpeechService, toStanding } from "#concerns/tts/speech-health.ts";
import { createSpeech, type Engine, type SpeechReport } from "#pam/speech/index.ts";
import { createFakeEngine } from "#support/fake-engine.ts";
import { createManualClock } from "#support/manual-clock.ts";

const report = async (...engines: readonly Engine[]): Promise<SpeechReport> =>
  createSpeech({ engines, clock: createManualClock() }).report();

const network = createFakeEngine("edge");
const local = createFakeEngine("system", { isLocal: true });
const absent = createFakeEngine("system", {
  isLocal: true,
  isAvailable: async () => Promise.resolve(false),
});

test.each([
  { with: "a network engine and a local one", engines: [network, local], status: "optimal" },
  { with: "a network engine only", engines: [network, absent], status: "good" },
  { with: "a local engine only", engines: [local], status: "limited" },
  { with: "none that is there", engines: [absent], status: "minimal" },
])("with $with speech is $status", async ({ engines, status }) => {
  expect(toStanding(await report(...engines)).overall_status).toBe(status);
});

test("an engine that is not there is listed as unhealthy, and not among those that speak", async () => {
  expect(toSpeechService(await report(network, absent))).toMatchObject({
    available: true,
    engines: ["edge"],
    details: {
      engines: {
        overall_status: "degraded",
        engines: {
          edge: { status: "healthy", engine_available: true },
          system: { status: "unhealthy", engine_available: false },
        },
        healthy_engines: 1,
        total_engines: 2,
      },
    },
  });
});
