import { join } from "node:path";

import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import { systemClock } from "#platform/clock.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import type { ListenAddress } from "#platform/listen.ts";
import type { Logger } from "#platform/logger.ts";
import { packageRoot } from "#platform/package-root.ts";
import { createStandIn } from "#stand-in/index.ts";

export interface OpenStandIn extends Closeable {
  readonly url: URL;
}

/** Starts the stand-in on the recordings that ship with Banyan. Throws `ADDRESS_IN_USE`. */
export async function openStandIn(address: ListenAddress, logger: Logger): Promise<OpenStandIn> {
  const recordings = loadRecordings(join(packageRoot(), "contracts/recordings"));
  const standIn = createStandIn({ recordings, clock: systemClock, logger });
  const { url } = await standIn.listen(address);
  return { url: new URL(url), close: async () => standIn.close() };
}
