import { expect, test } from "vitest";

import { findRecording, startShadow } from "#support/shadow-side.ts";

test("a native side that could not be built is built for the next request", async () => {
  let attempts = 0;
  const side = startShadow(
    { database: async () => Promise.reject(new Error("There is no database here")) },
    {
      get allowedOrigins() {
        attempts += 1;
        if (attempts === 1) throw new Error("Not now");
        return new Set<string>();
      },
    },
  );
  const recording = findRecording("voice-mapping/happy");
  await side.pass(recording, "tts.voice-mapping");
  expect(side.shadow.counts()).toMatchObject({ compared: 0, defects: 1 });
  await side.pass(recording, "tts.voice-mapping");
  expect(side.shadow.counts()).toMatchObject({ compared: 1, failed: 0, defects: 1 });
  await side.close();
});
