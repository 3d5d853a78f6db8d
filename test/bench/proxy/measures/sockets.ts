import { setTimeout as delay } from "node:timers/promises";

import { readCpuSeconds, readResidentBytes } from "../harness/process-usage.ts";
import { LEGACY_FLAGS, startBanyan } from "../variants/banyan.ts";
import type { RunningVariant } from "../variants/variant.ts";
import { shuffled, type Measure, type MeasureContext, type Readings } from "./measure.ts";

/** Peers that do not carry sockets. */
const WITHOUT_SOCKETS = new Set(["bare-undici", "naive-strangler"]);
/** Who the bars of sockets are about: a quick run has no time for the others. */
const JUDGED = new Set(["banyan", "nginx"]);

const WARM_UP = 8_000;
/** One message at a time on each socket, as in a chat, and many, as in a stream of events, which cost less each. */
const ECHOES = [
  { series: "echo", inFlight: 1, share: 1 },
  { series: "stream", inFlight: 16, share: 4 },
] as const;

async function measureRound(
  { name, port, pid }: RunningVariant,
  { client, isQuick }: MeasureContext,
  readings: Readings,
): Promise<void> {
  const upgrades = await client.upgrades(port, isQuick ? 500 : 2_000);
  readings.add("sockets.upgradesPerSecond", name, upgrades.perSecond);
  const count = isQuick ? 20_000 : 60_000;
  for (const { series, inFlight, share } of ECHOES) {
    // oxlint-disable-next-line no-await-in-loop -- one load at a time
    await client.echoes(port, { sockets: 64, count: WARM_UP, inFlight });
    const before = readCpuSeconds(pid);
    // oxlint-disable-next-line no-await-in-loop -- one load at a time
    const echoes = await client.echoes(port, { sockets: 64, count: count * share, inFlight });
    const cpuSeconds = readCpuSeconds(pid) - before;
    readings.add(`sockets.${series}Cpu`, name, (cpuSeconds / (count * share)) * 100_000);
    readings.add(`sockets.${series}P50Ms`, name, echoes.p50Ms);
    readings.add(`sockets.${series}P99Ms`, name, echoes.p99Ms);
  }
}

/** So many that what a process needs once is little beside them. */
const IDLE_SOCKETS = 5_000;

/** What each of many idle sockets costs a process that has carried nothing: another would have room for them already. */
async function costOfIdle(
  { port, pid }: RunningVariant,
  { client }: MeasureContext,
): Promise<number> {
  await client.holding({ port, count: 200 }, async () => delay(200));
  await delay(500);
  const idle = readResidentBytes(pid);
  return client.holding({ port, count: IDLE_SOCKETS }, async () => {
    await delay(1_000);
    return (readResidentBytes(pid) - idle) / 1_024 / IDLE_SOCKETS;
  });
}

async function measureTunnelled(
  name: string,
  context: MeasureContext,
  readings: Readings,
): Promise<void> {
  await using variant = await context.startFresh(name);
  readings.add("sockets.idleKib", name, await costOfIdle(variant, context));
}

/** Sockets that Banyan answers itself. */
async function measureNative(context: MeasureContext, readings: Readings): Promise<void> {
  await using native = await startBanyan("banyan-native", context, {
    flags: { ...LEGACY_FLAGS, "pam.ws": 100 },
  });
  readings.add("sockets.nativeKib", "banyan", await costOfIdle(native, context));
}

/** Upgrades, echoes and idle memory of tunnelled WebSockets. */
export const sockets: Measure = async (context, readings) => {
  const { variants, isQuick, say, random } = context;
  const carriers = [...variants.values()].filter(({ name }) =>
    isQuick ? JUDGED.has(name) : !WITHOUT_SOCKETS.has(name),
  );
  const rounds = isQuick ? 3 : 5;
  for (let round = 0; round < rounds; round += 1) {
    for (const variant of shuffled(carriers, random)) {
      // oxlint-disable-next-line no-await-in-loop -- one load at a time
      await measureRound(variant, context, readings);
    }
    say(`sockets: round ${round + 1} of ${rounds}`);
  }
  for (const variant of isQuick ? carriers.slice(0, 1) : carriers) {
    // oxlint-disable-next-line no-await-in-loop -- one load at a time
    await measureTunnelled(variant.name, context, readings);
    say(`idle sockets: ${variant.name}`);
  }
  if (isQuick) return;
  await measureNative(context, readings);
  say("idle sockets: native");
};
