import { readCpuSeconds, readResidentBytes } from "../harness/process-usage.ts";
import { LEGACY_FLAGS, startBanyan, type RunningBanyan } from "../variants/banyan.ts";
import type { Measure, MeasureContext, Readings } from "./measure.ts";

const COUNT = 15_000;
const OPEN_SOCKETS = 5_000;

async function costOf(
  { port, pid }: RunningBanyan,
  { client }: MeasureContext,
  connections: number,
): Promise<number> {
  await client.http({ port, request: "get", connections, count: 2_000 + connections });
  const before = readCpuSeconds(pid);
  await client.http({ port, request: "get", connections, count: COUNT });
  return ((readCpuSeconds(pid) - before) / COUNT) * 10_000;
}

async function measureBesideOpen(
  running: RunningBanyan,
  context: MeasureContext,
  readings: Readings,
): Promise<void> {
  await context.client.holding({ port: running.port, count: OPEN_SOCKETS }, async () => {
    readings.add("growth.open", "banyan", await costOf(running, context, 64));
  });
}

const manyFlags = (count: number): Readonly<Record<string, number>> => ({
  ...LEGACY_FLAGS,
  ...Object.fromEntries(Array.from({ length: count }, (_, index) => [`pam.other.${index}`, 50])),
});

/** Cost of a request as connections and flags grow, and the memory that a burst leaves behind. */
export const growth: Measure = async (context, readings) => {
  const { upstreamPort, folder, isQuick, say } = context;
  await using few = await startBanyan(
    "banyan-few-flags",
    { upstreamPort, folder },
    { flags: LEGACY_FLAGS },
  );
  await using many = await startBanyan(
    "banyan-many-flags",
    { upstreamPort, folder },
    { flags: manyFlags(1_000) },
  );
  const rounds = isQuick ? 2 : 5;
  for (let round = 0; round < rounds; round += 1) {
    for (const [series, running, connections] of [
      ["growth.few", few, 64],
      ["growth.flags", many, 64],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one load at a time
      readings.add(series, "banyan", await costOf(running, context, connections));
    }
    // oxlint-disable-next-line no-await-in-loop -- one load at a time
    if (!isQuick) await measureBesideOpen(few, context, readings);
    say(`growth: round ${round + 1} of ${rounds}`);
  }
  if (isQuick) return;
  const before = readResidentBytes(few.pid);
  for (let round = 0; round < 3; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one load at a time
    readings.add("growth.connections", "banyan", await costOf(few, context, 2_000));
  }
  await context.client.http({ port: few.port, request: "get", connections: 64, count: 30_000 });
  readings.add("growth.leftMebibytes", "banyan", (readResidentBytes(few.pid) - before) / 1_048_576);
  say("growth: connections");
};
