import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { readCpuSeconds, readResidentBytes } from "../harness/process-usage.ts";
import { ROOT } from "../harness/spawned.ts";
import { LEGACY_FLAGS, startBanyan, type RunningBanyan } from "../variants/banyan.ts";
import { shuffled, type Measure, type MeasureContext, type Readings } from "./measure.ts";

const MEBIBYTE = 1_048_576;
/** The steady load. */
const STEADY = { request: "get", connections: 32, ratePerSecond: 1_000 } as const;
/** What CPU time is read of: as fast as it goes, because the cost of a paced request is mostly the machine's mood. */
const PROBE = { request: "get", connections: 64, count: 5_000 } as const;
/** So many pairs in the first tenth and the last, which are held against each other; one shows how it goes between. */
const PROBES = 8;
const WARM_UP = { request: "get", connections: 64, count: 20_000 } as const;

const SLICES = 20;
const MIN_SLICE_S = 3;
const MAX_SLICE_S = 60;
const COLLECTOR = join(ROOT, "test/bench/proxy/harness/held-on-signal.ts");
const COLLECTION_MS = 1_000;

interface Slice {
  readonly cpuOverFresh: number;
  /** What is held when everything has been collected. */
  readonly heldMebibytes: number;
  readonly residentMebibytes: number;
}

/** CPU time of one request in microseconds: of the process that has carried the load, and of one that has rested. */
async function probe(
  pair: readonly [used: RunningBanyan, fresh: RunningBanyan],
  probes: number,
  { client, random }: MeasureContext,
): Promise<readonly [used: number, fresh: number]> {
  const spent = new Map(pair.map(({ pid }) => [pid, 0]));
  for (let turn = 0; turn < probes; turn += 1) {
    for (const { port, pid } of shuffled(pair, random)) {
      const before = readCpuSeconds(pid);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await client.http({ ...PROBE, port });
      spent.set(pid, (spent.get(pid) ?? 0) + readCpuSeconds(pid) - before);
    }
  }
  const toMicroseconds = ({ pid }: RunningBanyan): number =>
    ((spent.get(pid) ?? 0) / (PROBE.count * probes)) * 1_000_000;
  return [toMicroseconds(pair[0]), toMicroseconds(pair[1])];
}

const tenthOf = (count: number): number => Math.max(1, Math.floor(count / 10));

async function readHeld({ pid }: RunningBanyan, file: string): Promise<number> {
  process.kill(pid, "SIGUSR2");
  await delay(COLLECTION_MS);
  return Number(await readFile(file, "utf8")) / MEBIBYTE;
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const mostOf = (values: readonly number[]): number => Math.max(...values);

/** The last tenth over the first. */
function addGrowth(edges: readonly Slice[], readings: Readings): void {
  const tenth = edges.length / 2;
  for (const [series, key, sum] of [
    ["soak.cpuGrowth", "cpuOverFresh", meanOf],
    ["soak.heldGrowth", "heldMebibytes", meanOf],
    // Between two collections it rises, so that what can be compared is how far.
    ["soak.residentGrowth", "residentMebibytes", mostOf],
  ] as const) {
    const values = edges.map((slice) => slice[key]);
    readings.add(series, "banyan", sum(values.slice(-tenth)) / sum(values.slice(0, tenth)));
  }
}

/** A steady load for as long as is asked: what a request costs and what the process holds, from beginning to end. */
export const soak: Measure = async (context, readings) => {
  const { client, upstreamPort, folder, isQuick, soakMinutes, say } = context;
  const minutes = soakMinutes ?? (isQuick ? 0 : 2);
  if (minutes === 0) return;
  const seconds = minutes * 60;
  const sliceSeconds = Math.min(MAX_SLICE_S, Math.max(MIN_SLICE_S, seconds / SLICES));
  const count = Math.max(2, Math.round(seconds / sliceSeconds));
  const where = { upstreamPort, folder };
  const heldFile = join(folder, "held");
  const environment = { NODE_OPTIONS: `--import=${COLLECTOR}`, HELD_FILE: heldFile };
  const options = { flags: LEGACY_FLAGS, environment };
  await using used = await startBanyan("banyan-used", where, options);
  await using fresh = await startBanyan("banyan-fresh", where, options);
  for (const { port } of [used, fresh]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await client.http({ ...WARM_UP, port });
  }
  const edges: Slice[] = [];
  for (let index = 0; index < count; index += 1) {
    const steady = { ...STEADY, port: used.port, count: sliceSeconds * STEADY.ratePerSecond };
    // oxlint-disable-next-line no-await-in-loop -- one slice of time after the other
    const { errors } = await client.http(steady);
    const mebibytes = readResidentBytes(used.pid) / MEBIBYTE;
    const isEdge = Math.min(index, count - 1 - index) < tenthOf(count);
    // oxlint-disable-next-line no-await-in-loop -- see above
    const [cpu, freshCpu] = await probe([used, fresh], isEdge ? PROBES : 1, context);
    if (isEdge) {
      // oxlint-disable-next-line no-await-in-loop -- see above
      const heldMebibytes = await readHeld(used, heldFile);
      edges.push({ cpuOverFresh: cpu / freshCpu, heldMebibytes, residentMebibytes: mebibytes });
      readings.add("soak.heldMebibytes", "banyan", heldMebibytes);
    }
    readings.add("soak.cpu", "banyan", cpu);
    readings.add("soak.cpuOverFresh", "banyan", cpu / freshCpu);
    readings.add("soak.mebibytes", "banyan", mebibytes);
    readings.add("soak.errors", "banyan", errors);
    const ratio = (cpu / freshCpu).toFixed(2);
    say(
      `soak: ${index + 1} of ${count}: ${cpu.toFixed(1)} µs a request, ${ratio} of a rested process, ` +
        `${mebibytes.toFixed(0)} MiB, ${errors} errors`,
    );
  }
  addGrowth(edges, readings);
};
