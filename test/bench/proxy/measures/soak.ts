import { readCpuSeconds, readResidentBytes } from "../harness/process-usage.ts";
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
/** V8 collects everything about once in so long under the steady load; between, memory only rises. */
const COLLECTION_S = 120;

interface Slice {
  readonly cpuOverFresh: number;
  readonly mebibytes: number;
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

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const tenthOf = (count: number): number => Math.max(1, Math.floor(count / 10));

/** The last tenth over the first; of memory what lies between two collections is the least of each. */
function addGrowth(slices: readonly Slice[], sliceSeconds: number, readings: Readings): void {
  const tenth = tenthOf(slices.length);
  const cpu = slices.map(({ cpuOverFresh }) => cpuOverFresh);
  const cpuGrowth = meanOf(cpu.slice(-tenth)) / meanOf(cpu.slice(0, tenth));
  readings.add("soak.cpuGrowth", "banyan", cpuGrowth);
  const half = Math.floor(slices.length / 2);
  const span = Math.min(half, Math.max(tenth, Math.ceil(COLLECTION_S / sliceSeconds)));
  const memory = slices.map(({ mebibytes }) => mebibytes);
  const memoryGrowth = Math.min(...memory.slice(-span)) / Math.min(...memory.slice(0, span));
  readings.add("soak.memoryGrowth", "banyan", memoryGrowth);
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
  await using used = await startBanyan("banyan-used", where, { flags: LEGACY_FLAGS });
  await using fresh = await startBanyan("banyan-fresh", where, { flags: LEGACY_FLAGS });
  for (const { port } of [used, fresh]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await client.http({ ...WARM_UP, port });
  }
  const slices: Slice[] = [];
  for (let index = 0; index < count; index += 1) {
    const steady = { ...STEADY, port: used.port, count: sliceSeconds * STEADY.ratePerSecond };
    // oxlint-disable-next-line no-await-in-loop -- one slice of time after the other
    const { errors } = await client.http(steady);
    const mebibytes = readResidentBytes(used.pid) / MEBIBYTE;
    // oxlint-disable-next-line no-await-in-loop -- see above
    const [cpu, freshCpu] = await probe(
      [used, fresh],
      Math.min(index, count - 1 - index) < tenthOf(count) ? PROBES : 1,
      context,
    );
    slices.push({ cpuOverFresh: cpu / freshCpu, mebibytes });
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
  addGrowth(slices, sliceSeconds, readings);
};
