import { readCpuSeconds } from "../harness/process-usage.ts";
import type { RequestKind } from "../load/requests.ts";
import { shuffled, type Measure } from "./measure.ts";

interface Shape {
  readonly name: string;
  readonly request: RequestKind;
  readonly connections: number;
  readonly count: number;
  readonly quickCount: number;
  readonly ratePerSecond?: number;
}

/** CPU time is read in hundredths of a second, so a reading has to take some tenths. */
export const SHAPES: readonly Shape[] = [
  { name: "get", request: "get", connections: 64, count: 20_000, quickCount: 9_000 },
  { name: "post", request: "post", connections: 64, count: 15_000, quickCount: 7_000 },
  { name: "one", request: "get", connections: 1, count: 4_000, quickCount: 1_500 },
  {
    name: "paced",
    request: "get",
    connections: 16,
    count: 5_000,
    quickCount: 2_000,
    ratePerSecond: 1_000,
  },
];

const WARM_UP = 1_500;
/** V8 shrinks the heap of a process that had nothing to do for a minute, as all but one have in turn. */
const WARM_UP_AGAIN = { full: 6_000, quick: 3_000 } as const;

/** CPU seconds of 10,000 requests, latency and throughput, for each shape of load and each variant. */
export const requestCost: Measure = async (context, readings) => {
  const { client, variants, isQuick, say, random } = context;
  const rounds = isQuick ? 3 : 5;
  const again = isQuick ? WARM_UP_AGAIN.quick : WARM_UP_AGAIN.full;
  const shapes = isQuick ? SHAPES.slice(0, 3) : SHAPES;
  for (const { port } of variants.values()) {
    // oxlint-disable-next-line no-await-in-loop -- one load at a time
    await client.http({ port, request: "get", connections: 64, count: WARM_UP * 3 });
    // oxlint-disable-next-line no-await-in-loop -- one load at a time
    await client.http({ port, request: "post", connections: 64, count: WARM_UP });
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { name: shape, quickCount, count: fullCount, ...load } of shapes) {
      const count = isQuick ? quickCount : fullCount;
      for (const { name, port, pid } of shuffled([...variants.values()], random)) {
        // oxlint-disable-next-line no-await-in-loop -- one load at a time
        await client.http({ port, request: load.request, connections: 64, count: again });
        const before = readCpuSeconds(pid);
        // oxlint-disable-next-line no-await-in-loop -- one load at a time
        const result = await client.http({ ...load, port, count });
        const cpuSeconds = readCpuSeconds(pid) - before;
        readings.add(`${shape}.cpu`, name, (cpuSeconds / count) * 10_000);
        readings.add(`${shape}.rps`, name, count / result.seconds);
        readings.add(`${shape}.p50`, name, result.p50Ms);
        readings.add(`${shape}.p99`, name, result.p99Ms);
        readings.add(`${shape}.errors`, name, result.errors);
      }
      say(`requests: round ${round + 1} of ${rounds}, ${shape}`);
    }
  }
};
