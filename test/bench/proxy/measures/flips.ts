import { setTimeout as delay } from "node:timers/promises";

import { LEGACY_FLAGS, startBanyan } from "../variants/banyan.ts";
import type { Measure } from "./measure.ts";

const DEADLINE_MS = 5_000;

async function sideOf(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/pam/health`);
  await response.arrayBuffer();
  return response.headers.get("x-banyan-side") ?? "";
}

async function untilSide(port: number, side: string): Promise<number> {
  const startedAtMs = performance.now();
  // oxlint-disable-next-line no-await-in-loop -- asked over and over
  while ((await sideOf(port)) !== side) {
    if (performance.now() - startedAtMs > DEADLINE_MS) return Number.POSITIVE_INFINITY;
    // oxlint-disable-next-line no-await-in-loop -- asked over and over
    await delay(2);
  }
  return performance.now() - startedAtMs;
}

/** From a flags file being written to the first answer of the other side; the same for the kill switch. */
export const flips: Measure = async ({ upstreamPort, folder, isQuick, say }, readings) => {
  await using banyan = await startBanyan(
    "banyan-flips",
    { upstreamPort, folder },
    { flags: LEGACY_FLAGS },
  );
  const rounds = isQuick ? 3 : 10;
  for (let round = 0; round < rounds; round += 1) {
    const steps = [
      ["flip.fileMs", { ...LEGACY_FLAGS, "pam.chat": 100, "pam.chat.health": 100 }, "native"],
      [
        "flip.killSwitchMs",
        { ...LEGACY_FLAGS, "pam.chat.health": 100, "pam.legacy-only": 100 },
        "legacy",
      ],
    ] as const;
    for (const [series, flags, side] of steps) {
      // oxlint-disable-next-line no-await-in-loop -- one flip at a time
      await banyan.setFlags(flags);
      // oxlint-disable-next-line no-await-in-loop -- one flip at a time
      readings.add(series, "banyan", await untilSide(banyan.port, side));
    }
  }
  say("flag flips");
};
