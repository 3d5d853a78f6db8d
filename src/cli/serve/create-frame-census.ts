import { z } from "zod";

import type { Census } from "#delivery/census/index.ts";
import type { Flags } from "#platform/flags/index.ts";
import { createMemoryBudget } from "#platform/memory-budget.ts";
import { createFrameReader } from "#platform/websocket-frames/index.ts";
import { RequestCaller } from "#routing/caller.ts";
import type { LegacyExchange, Onlooker } from "#routing/legacy-exchange.ts";

/** On for a cohort: the census knows which types of frames it sends to the legacy. */
const FRAME_CENSUS_FLAG = "pam.census.frames";
/** The legacy's own limit of a frame; a longer one has a type that nobody asks for. */
const MAX_FRAME_BYTES = 131_072;
/** Of all sockets together; what does not fit is counted as unread. */
const MAX_BYTES = 16_777_216;

const frameSchema = z.looseObject({ type: z.string() });

function typeOf(text: string): string {
  try {
    const { data } = frameSchema.safeParse(JSON.parse(text));
    return data?.type ?? "(none)";
  } catch {
    return "(none)";
  }
}

export interface FrameCensusOptions {
  readonly census: Pick<Census, "noteFrame">;
  readonly flags: Pick<Flags, "evaluate">;
}

/** Counts by type what clients send on sockets to the legacy, for whom the flag is on. */
export function createFrameCensus({ census, flags }: FrameCensusOptions): Onlooker {
  const budget = createMemoryBudget(MAX_BYTES);
  return {
    requestTap: () => undefined,
    socketTap({ request, target, resolution }: LegacyExchange) {
      const { match, cohort, decision, positionOf } = resolution;
      if (flags.evaluate(FRAME_CENSUS_FLAG, { key: cohort.key }) !== "on") return undefined;
      const caller = new RequestCaller({ headers: request.headers, target, positionOf });
      const note = (type: string): void => {
        census.noteFrame({ route: match?.route, decision, caller }, type);
      };
      const reader = createFrameReader({
        sender: "client",
        maxMessageBytes: MAX_FRAME_BYTES,
        budget,
        onMessage: (message) => {
          note(message.kind === "text" ? typeOf(message.text) : "(binary)");
        },
        onUnread: () => {
          note("(unread)");
        },
      });
      return {
        fromClient: (chunk) => {
          reader.push(chunk);
        },
        fromUpstream: () => {},
        ended: () => {
          reader.close();
        },
      };
    },
  };
}
