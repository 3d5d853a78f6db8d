import type { Conversation, Turn } from "#contract-suite/cases/case.ts";
import type { ExpectedJson } from "#contract-suite/compare/answer.ts";
import { compareJsonText, readJson } from "#contract-suite/compare/compare-answers.ts";
import { compareJson } from "#contract-suite/compare/compare-json.ts";
import {
  boundDifferences,
  type Difference,
  toShortText,
} from "#contract-suite/compare/difference.ts";
import type { CaseContext } from "#contract-suite/run/case-context.ts";
import { runExchange } from "#contract-suite/run/run-exchange.ts";
import type { Target } from "#contract-suite/run/target.ts";
import {
  type Handshake,
  openSocket,
  type OpenSocket,
  type SocketEvent,
} from "#contract-suite/wire/socket-client.ts";

/** What was said on a socket, in its order. */
export type Said =
  | { readonly kind: "sent"; readonly data: string }
  | { readonly kind: "got"; readonly event: SocketEvent };

export interface ConversationTrace {
  readonly kind: "conversation";
  readonly target: string;
  /** The status of the handshake's answer; `undefined` where there was none. */
  readonly status: number | undefined;
  /** Of that answer, names and values in turn. */
  readonly headers: readonly string[];
  readonly said: readonly Said[];
}

export interface ConversationResult {
  readonly differences: readonly Difference[];
  readonly trace: ConversationTrace;
}

const differ = (
  path: string,
  kind: Difference["kind"],
  [expected, got]: readonly [string, string],
): readonly Difference[] => [
  { path, kind, expected: toShortText(expected), got: toShortText(got) },
];

/** The legacy asks every client now and then whether it is there; that belongs to no answer. */
function isKeepAlive(event: SocketEvent): boolean {
  if (event.kind !== "text" || !event.text.includes("ping")) return false;
  const value = readJson(event.text)?.value;
  return typeof value === "object" && value !== null && "type" in value && value.type === "ping";
}

const describeEvent = (event: SocketEvent | undefined): string => {
  switch (event?.kind) {
    case undefined:
      return "nothing";
    case "text":
      return event.text;
    case "binary":
      return `${event.bytes.length} bytes of binary`;
    case "close":
      return `close ${event.code} "${event.reason}"`;
  }
};

interface Dialogue {
  readonly socket: OpenSocket;
  readonly target: Target;
  readonly context: CaseContext;
  readonly said: Said[];
  /** Keep-alive frames are passed over, unless the conversation is about them. */
  readonly hearsPings: boolean;
  frames: number;
}

async function hear(dialogue: Dialogue, withinMs: number): Promise<SocketEvent | undefined> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- frames come one after another
    const event = await dialogue.socket.next(withinMs);
    if (event === undefined) return undefined;
    if (!dialogue.hearsPings && isKeepAlive(event)) continue;
    dialogue.said.push({ kind: "got", event });
    return event;
  }
}

function unhear({ socket, said }: Dialogue, event: SocketEvent): void {
  said.pop();
  socket.putBack(event);
}

function compareFrame(
  frame: ExpectedJson,
  event: SocketEvent | undefined,
  { target, context, frames }: Dialogue,
): readonly Difference[] {
  const path = `/frames/${frames}`;
  if (event?.kind !== "text") return differ(path, "frame", ["a frame", describeEvent(event)]);
  return compareJsonText(frame, event.text, {
    path,
    isExact: target.isExact,
    captures: context.captures,
  });
}

async function expectOne(frame: ExpectedJson, dialogue: Dialogue): Promise<TurnResult> {
  const event = await hear(dialogue, dialogue.target.patience.answerMs);
  const differences = compareFrame(frame, event, dialogue);
  dialogue.frames += 1;
  return { differences, isOver: event?.kind !== "text" };
}

/** Takes the next frame only where it is one of these. */
async function takeIfAlike(frame: ExpectedJson, dialogue: Dialogue): Promise<boolean> {
  const event = await hear(dialogue, dialogue.target.patience.quietMs);
  if (event === undefined) return false;
  if (compareFrame(frame, event, dialogue).length > 0) {
    unhear(dialogue, event);
    return false;
  }
  dialogue.frames += 1;
  return true;
}

async function expectMany(frame: ExpectedJson, dialogue: Dialogue): Promise<TurnResult> {
  const first = await expectOne(frame, dialogue);
  if (first.differences.length > 0) return first;
  // oxlint-disable-next-line no-await-in-loop -- frames come one after another
  while (await takeIfAlike(frame, dialogue));
  return first;
}

function compareClose(
  { code, reason }: Extract<Turn, { kind: "end" }>,
  event: SocketEvent | undefined,
): readonly Difference[] {
  if (event?.kind !== "close") return differ("/close", "frame", ["a close", describeEvent(event)]);
  const codes =
    event.code === code
      ? []
      : differ("/close/code", "close-code", [String(code), String(event.code)]);
  const reasons = compareJson(reason, event.reason, { path: "/close/reason" });
  return [...codes, ...reasons.map((item) => ({ ...item, kind: "close-reason" as const }))];
}

async function leave(
  { code, reason, listens }: Extract<Turn, { kind: "leave" }>,
  dialogue: Dialogue,
): Promise<TurnResult> {
  const { answerMs, quietMs } = dialogue.target.patience;
  const more = listens ? await hear(dialogue, quietMs) : undefined;
  if (more !== undefined) {
    const path = more.kind === "close" ? "/close" : `/frames/${dialogue.frames}`;
    return { differences: differ(path, "frame", ["nothing", describeEvent(more)]), isOver: true };
  }
  dialogue.socket.close(code, reason);
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- frames under way come before the close
    const event = await hear(dialogue, answerMs);
    if (event?.kind === "text" && !listens) continue;
    const end = { kind: "end", code, reason: { kind: "scalar", value: reason } } as const;
    return { differences: compareClose(end, event), isOver: true };
  }
}

interface TurnResult {
  readonly differences: readonly Difference[];
  /** True where nothing that follows could be told from the fault. */
  readonly isOver: boolean;
}

async function takeTurn(turn: Turn, dialogue: Dialogue): Promise<TurnResult> {
  const { socket, context, target, said } = dialogue;
  switch (turn.kind) {
    case "send": {
      const data = typeof turn.data === "string" ? context.fill(turn.data) : turn.data;
      said.push({ kind: "sent", data: String(data) });
      socket.send(data);
      return { differences: [], isOver: false };
    }
    case "expect": {
      if (turn.quantity === "one") return expectOne(turn.frame, dialogue);
      if (turn.quantity === "many") return expectMany(turn.frame, dialogue);
      await takeIfAlike(turn.frame, dialogue);
      return { differences: [], isOver: false };
    }
    case "request": {
      const { differences } = await runExchange(turn.exchange, target, context);
      const within = differences.map((item) => ({ ...item, path: `/request${item.path}` }));
      return { differences: within, isOver: false };
    }
    case "end": {
      const event = await hear(dialogue, target.patience.answerMs);
      return { differences: compareClose(turn, event), isOver: true };
    }
    case "leave":
      return leave(turn, dialogue);
    default:
      return turn satisfies never;
  }
}

const expectsPing = ({ turns }: Conversation): boolean =>
  turns.some((turn) => {
    if (turn.kind !== "expect" || turn.frame.expectation.kind !== "object") return false;
    const type = turn.frame.expectation.entries.get("type");
    return type?.kind === "scalar" && type.value === "ping";
  });

function compareHandshake(
  { refusal }: Conversation,
  handshake: Exclude<Handshake, { kind: "open" }>,
): readonly Difference[] {
  if (handshake.kind === "failed") {
    return differ("/handshake", "failed", ["an answer", handshake.problem]);
  }
  const got = `${handshake.status} ${handshake.body}`;
  if (refusal === undefined) return differ("/handshake/status", "handshake", ["101", got]);
  return refusal.status === handshake.status && refusal.body === handshake.body
    ? []
    : differ("/handshake", "handshake", [`${refusal.status} ${refusal.body}`, got]);
}

/** Plays the client of a conversation and compares what the server says; never rejects. */
export async function runConversation(
  conversation: Conversation,
  target: Target,
  context: CaseContext,
): Promise<ConversationResult> {
  const path = context.fill(conversation.target);
  const handshake = await openSocket({
    base: target.socketBase,
    target: path,
    headers: context.fillHeaders(conversation.headers),
    deadlineMs: target.patience.answerMs,
  });
  const said: Said[] = [];
  if (handshake.kind !== "open") {
    const answer =
      handshake.kind === "refused" ? handshake : ({ status: undefined, headers: [] } as const);
    const { status, headers } = answer;
    return {
      differences: compareHandshake(conversation, handshake),
      trace: { kind: "conversation", target: path, status, headers, said },
    };
  }
  const { socket } = handshake;
  const { headers } = socket;
  const trace = { kind: "conversation", target: path, status: 101, headers, said } as const;
  if (conversation.refusal !== undefined) {
    socket.terminate();
    const sides = [String(conversation.refusal.status), "101"] as const;
    return { differences: differ("/handshake/status", "handshake", sides), trace };
  }
  const hearsPings = expectsPing(conversation);
  const dialogue: Dialogue = { socket, target, context, said, hearsPings, frames: 0 };
  const differences: Difference[] = [];
  try {
    for (const turn of conversation.turns) {
      // oxlint-disable-next-line no-await-in-loop -- a turn answers the one before
      const result = await takeTurn(turn, dialogue);
      differences.push(...result.differences);
      if (result.isOver) break;
    }
  } finally {
    socket.terminate();
  }
  return { differences: boundDifferences(differences), trace };
}
