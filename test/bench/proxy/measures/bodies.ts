import { setTimeout as delay } from "node:timers/promises";

import { peakResidentBytes, readResidentBytes } from "../harness/process-usage.ts";
import { shuffled, type Measure } from "./measure.ts";

const MEBIBYTE = 1_048_576;
const STREAMS = 4;

/** Peak memory over idle while bodies of 10 MB go up, of known length and in chunks, and while they come down. */
export const bodies: Measure = async ({ client, variants, isQuick, say, random }, readings) => {
  const rounds = isQuick ? 1 : 5;
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, port, pid } of shuffled([...variants.values()], random)) {
      for (const request of ["up", "up-chunked", "down"] as const) {
        // oxlint-disable-next-line no-await-in-loop -- what was used before is to be given back
        await delay(200);
        const idle = readResidentBytes(pid);
        // oxlint-disable-next-line no-await-in-loop -- one load at a time
        const peak = await peakResidentBytes(pid, async () => {
          await client.http({ port, request, connections: STREAMS, count: STREAMS * 2 });
        });
        readings.add(`${request}.mebibytes`, name, (peak - idle) / MEBIBYTE);
      }
    }
    say(`bodies: round ${round + 1} of ${rounds}`);
  }
};
