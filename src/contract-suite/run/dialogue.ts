import type { Turn } from "#contract-suite/cases/case.ts";
import type { ExpectedJson } from "#contract-suite/compare/answer.ts";
import { compareJsonText } from "#contract-suite/compare/compare-answers.ts";
import { compareJson } from "#contract-suite/compare/compare-json.ts";
import type { Difference } from "#contract-suite/compare/difference.ts";
import type { CaseContext } from "#contract-suite/run/case-context.ts";
import { describeEvent, differ, type Said } from "#contract-suite/run/conversation-trace.ts";
import { runExchange } from "#contract-suite/run/run-exchange.ts";
import type { Target } from "#contract-suite/run/target.ts";
import type { OpenSocket, SocketEvent } from "#contract-suite/wire/socket-client.ts";
import { readJson } from "#platform/comparison/index.ts";

/** The legacy asks every client now and then whether it is there; that belongs to no answer. */
function isKeepAlive(event: SocketEvent): boolean {
  if (event.kind !== "text" || !event.text.includes("ping")) return false;
  const value = readJson(event.text)?.value;
  return typeof value === "object" && value !== null && "type" in value && value.type === "ping";
}

/** An open socket between the suite, which plays the client, and the target. */
export interface Dialogue {
  readonly socket: OpenSocket;
  readonly target: Target;
  readonly context: CaseContext;
  readonly said: Said[];
  /** Keep-alive frames are passed over, unless the conversation is about them. */
  readonly hearsPings: boolean;
  frames: number;
}

const restoreUsers = (event: SocketEvent, context: CaseContext): SocketEvent =>
  event.kind === "text" ? { kind: "text", text: context.restore(event.text) } : event;

/** A target that does nothing but ping must not hold up a run for ever. */
const MAX_PINGS = 100;

async function hear(dialogue: Dialogue, withinMs: number): Promise<SocketEvent | undefined> {
  for (let passed = 0; passed < MAX_PINGS; passed += 1) {
    // oxlint-disable-next-line no-await-in-loop -- frames come one after another
    const event = await dialogue.socket.next(withinMs);
    if (event === undefined) return undefined;
    if (!dialogue.hearsPings && isKeepAlive(event)) continue;
    const heard = restoreUsers(event, dialogue.context);
    dialogue.said.push({ kind: "got", event: heard });
    return heard;
  }
  return undefined;
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

/** Does or awaits one turn, and says in what it was not as expected; never rejects. */
export async function takeTurn(turn: Turn, dialogue: Dialogue): Promise<TurnResult> {
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
