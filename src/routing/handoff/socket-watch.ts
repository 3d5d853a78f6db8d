import type { MemoryBudget } from "#platform/memory-budget.ts";
import { createFrameReader, type FrameReader } from "#platform/websocket-frames/index.ts";
import type { Dialect } from "#routing/handoff/dialect.ts";
import type { HandoffOutcome } from "#routing/handoff/handoff-tally.ts";
import { createPendingReplies } from "#routing/handoff/pending-replies.ts";
import { isAnswer, type PassedTurn, readJson, type Said } from "#routing/handoff/said.ts";
import type { SocketTap } from "#routing/upstream/index.ts";

/** The legacy's own limit of a frame. */
const MAX_FRAME_BYTES = 131_072;

export interface SocketWatchOptions {
  readonly dialect: Dialect;
  readonly budget: MemoryBudget;
  /** Called at the first byte. */
  readonly onOpened: () => void;
  readonly onTurn: (turn: PassedTurn) => void;
  readonly onContext: (context: Said["context"]) => void;
  readonly onSkipped: (outcome: HandoffOutcome) => void;
}

type Context = Said["context"];

/** What a socket's `init` says holds for all its chats, if it says where the user is (legacy fact). */
function readInit(context: Context): Context {
  const { userLocation, vehicleInfo, travelStyle } = context;
  if (typeof userLocation !== "object" || userLocation === null) return {};
  return {
    user_location: userLocation,
    ...(vehicleInfo !== undefined && { vehicle_info: vehicleInfo }),
    ...(travelStyle !== undefined && { travel_style: travelStyle }),
  };
}

/** A chat's own place wins over the `init`'s, and the `init`'s vehicle and style over the chat's, as on the legacy. */
const withInit = ({ user_location, ...travel }: Context, said: Said): Said => ({
  ...said,
  context: {
    ...(user_location !== undefined && { user_location }),
    ...said.context,
    ...travel,
  },
});

/**
 * Reads the frames of one socket and pairs answers with what they answer. Where one frame cannot be read, nobody
 * knows what the next ones answer: the rest of the socket is let go by.
 */
export function createSocketWatch(options: SocketWatchOptions): SocketTap {
  const { dialect, budget, onSkipped } = options;
  const pending = createPendingReplies();
  let init: Context = {};
  let isOpen = false;

  const giveUp = (): void => {
    close();
    onSkipped("unreadable");
  };
  const readerOf = (sender: "client" | "server", take: (frame: unknown) => void): FrameReader =>
    createFrameReader({
      sender,
      budget,
      maxMessageBytes: MAX_FRAME_BYTES,
      onMessage(message) {
        if (message.kind === "text") take(readJson(message.text));
      },
      onUnread: giveUp,
    });
  const close = (): void => {
    fromClient.close();
    fromUpstream.close();
  };

  const fromClient = readerOf("client", (frame) => {
    const asked = dialect.readAsked(frame);
    if (asked === undefined) return;
    if (asked.kind === "init") init = readInit(asked.context);
    else if (!pending.ask(asked)) giveUp();
  });
  const fromUpstream = readerOf("server", (frame) => {
    const replied = dialect.readReply(frame);
    if (replied === undefined) return;
    const asked = pending.reply(replied);
    if (asked?.kind === "context") options.onContext(asked.context);
    if (asked?.kind !== "chat" || replied.kind !== "chat") return;
    const { text = "" } = replied;
    if (isAnswer(text)) options.onTurn({ said: withInit(init, asked.said), answer: text });
    else onSkipped("no-turn");
  });
  const push = (reader: FrameReader, chunk: Buffer): void => {
    try {
      if (!isOpen) options.onOpened();
      isOpen = true;
      reader.push(chunk);
    } catch {
      close();
      onSkipped("failed");
    }
  };

  return {
    fromClient: (chunk) => push(fromClient, chunk),
    fromUpstream: (chunk) => push(fromUpstream, chunk),
    ended: close,
  };
}
