import { readResidentBytes } from "../harness/process-usage.ts";
import type { RequestKind } from "../load/requests.ts";
import { LEGACY_FLAGS, startBanyan } from "../variants/banyan.ts";
import type { Measure } from "./measure.ts";

const MEBIBYTE = 1_048_576;
/** What is left by then counts as given back. */
const NOTHING_BYTES = 16 * MEBIBYTE;

interface Burst {
  readonly name: string;
  readonly request: RequestKind;
  readonly connections: number;
  readonly count: number;
}

const BURSTS: readonly Burst[] = [
  { name: "bodies", request: "up", connections: 16, count: 64 },
  { name: "bodies", request: "up-chunked", connections: 16, count: 64 },
  { name: "bodies", request: "down", connections: 16, count: 64 },
  { name: "connections", request: "get", connections: 5_000, count: 20_000 },
];

/** A little traffic goes on, as it does: V8 collects as it is asked for memory, and not while nothing happens. */
const CALM = { request: "get", connections: 8, count: 10_000, ratePerSecond: 1_000 } as const;
const CALM_S = CALM.count / CALM.ratePerSecond;
const MAX_CALMS = 18;

/** What bursts of large bodies and of connections leave behind, and how long it takes until that is given back. */
export const bursts: Measure = async ({ client, upstreamPort, folder, isQuick, say }, readings) => {
  if (isQuick) return;
  await using banyan = await startBanyan(
    "banyan-bursts",
    { upstreamPort, folder },
    { flags: LEGACY_FLAGS },
  );
  const { port, pid } = banyan;
  await client.http({ port, request: "get", connections: 64, count: 20_000 });
  await client.http({ ...CALM, port });
  const before = readResidentBytes(pid);
  const over = (): number => readResidentBytes(pid) - before;
  for (const { name, ...burst } of BURSTS) {
    // oxlint-disable-next-line no-await-in-loop -- one burst after the other
    await client.http({ ...burst, port });
    const most = over();
    let calms = 0;
    while (calms < MAX_CALMS && over() > NOTHING_BYTES) {
      // oxlint-disable-next-line no-await-in-loop -- see above
      await client.http({ ...CALM, port });
      calms += 1;
    }
    const [first, left, seconds] = [most / MEBIBYTE, over() / MEBIBYTE, calms * CALM_S];
    readings.add(`bursts.${name}Mebibytes`, "banyan", left);
    readings.add(`bursts.${name}Seconds`, "banyan", seconds);
    say(`bursts: ${burst.request}: ${first.toFixed(0)} MiB, after ${seconds} s ${left.toFixed(0)}`);
  }
};
