// Run as a process of its own: opens flags on a server that resets every poll and closes them under way.
import { systemClock } from "#platform/clock.ts";
import { createFlags } from "#platform/flags/index.ts";
import { silentLogger } from "#platform/logger.ts";

const flags = createFlags({
  source: { kind: "unleash", url: process.argv[2] ?? "", token: "t", timeoutMs: 1000 },
  clock: systemClock,
  logger: silentLogger,
});
process.on("message", () => {
  void flags.close().then(() => process.disconnect());
});
