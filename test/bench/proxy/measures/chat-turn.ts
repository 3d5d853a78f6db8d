import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { z } from "zod";

import { ROOT } from "../harness/spawned.ts";
import type { Measure } from "./measure.ts";

const figuresSchema = z.object({ median_ms: z.number() });

/** One turn of the assistant with a provider that answers at once, in a process of its own. */
export const chatTurn: Measure = async ({ isQuick, say }, readings) => {
  const rounds = isQuick ? 1 : 5;
  for (let round = 0; round < rounds; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one load at a time
    const { stdout } = await promisify(execFile)(process.execPath, [
      join(ROOT, "test/bench/turn.ts"),
    ]);
    readings.add("turn.medianMs", "banyan", figuresSchema.parse(JSON.parse(stdout)).median_ms);
    say(`chat turn: round ${round + 1} of ${rounds}`);
  }
};
