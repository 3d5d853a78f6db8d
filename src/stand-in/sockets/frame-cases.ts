import { toBodyBytes, type WsEvent, type WsRecording } from "#contracts/recordings/recording.ts";
import { readPythonJson } from "#contracts/validation/python-json.ts";
import { toPlainValue } from "#contracts/validation/python-value.ts";
import { pathOf } from "#stand-in/rest/legacy-request.ts";

type RecordedFrame = Extract<WsEvent, { kind: "receive" }>;

/** What the legacy sent back for one frame; nothing is an answer too. */
export interface RecordedReply {
  readonly frames: readonly RecordedFrame[];
  readonly recordedAt: string | undefined;
}

export interface FrameCases {
  /**
   * The reply to a frame of this very content, whatever the order of its fields: the one this user got,
   * else the first that was recorded.
   */
  find(frame: unknown, userId?: string): RecordedReply | undefined;
}

/** Within this time the recorder did not wait for an answer, so that its absence says nothing. */
const SILENCE_MS = 300;

/**
 * Collects, from conversations on one socket, which frame was answered by what. Frames that were sent
 * in a bunch are left out, because their answers cannot be told apart.
 */
export function createFrameCases(conversations: readonly WsRecording[]): FrameCases {
  const replies = new Map<string, RecordedReply>();
  const keep = (key: string, reply: RecordedReply): void => {
    if (!replies.has(key)) replies.set(key, reply);
  };
  for (const conversation of conversations) {
    let previous: RecordedReply | undefined;
    for (const { sent, answers, next } of turnsOf(conversation.events)) {
      const reply = toReply(answers, next, sent) ?? previousOf(answers, previous);
      const key = keyOfText(sent);
      if (reply === undefined || key === undefined) continue;
      previous = { ...reply, recordedAt: conversation.at };
      keep(key, previous);
      keep(userIdOf(conversation) + key, previous);
    }
  }
  return {
    find(frame, userId = "") {
      const key = keyOf(frame);
      return replies.get(userId + key) ?? replies.get(key);
    },
  };
}

const userIdOf = ({ open }: WsRecording): string => pathOf(open.target).split("/").at(-1) ?? "";

type Sent = Extract<WsEvent, { kind: "send" }>;

interface Turn {
  readonly sent: Sent;
  readonly answers: readonly WsEvent[];
  /** What ended the turn. */
  readonly next: WsEvent | undefined;
}

function turnsOf(events: readonly WsEvent[]): readonly Turn[] {
  return events.flatMap((sent, index) => {
    if (sent.kind !== "send") return [];
    const rest = events.slice(index + 1);
    const end = rest.findIndex(({ kind }) => kind === "send" || kind === "client-close");
    const answers = end === -1 ? rest : rest.slice(0, end);
    // The one before did not wait: an answer here may be meant for it.
    const before = events[index - 1];
    const isBunched = before?.kind === "send" && sent.atMs - before.atMs < SILENCE_MS;
    return isBunched ? [] : [{ sent, answers, next: end === -1 ? undefined : rest[end] }];
  });
}

function toReply(
  answers: readonly WsEvent[],
  next: WsEvent | undefined,
  sent: Sent,
): Omit<RecordedReply, "recordedAt"> | undefined {
  const frames = answers.filter((event) => event.kind === "receive" && !isServerPing(event.text));
  if (frames.length > 0) return { frames: frames.filter((event) => event.kind === "receive") };
  const isSilence = next !== undefined && next.atMs - sent.atMs >= SILENCE_MS;
  return isSilence ? { frames: [] } : undefined;
}

/** A frame that was one too many of its sort was closed on; alone it would have got what those before got. */
function previousOf(
  answers: readonly WsEvent[],
  previous: RecordedReply | undefined,
): RecordedReply | undefined {
  return answers.some((event) => event.kind === "close" && event.code === 4003)
    ? previous
    : undefined;
}

const isServerPing = (text: string): boolean => /^\{"type": ?"ping"/.test(text);

function keyOfText({ data }: Sent): string | undefined {
  if (data.kind === "binary") return undefined;
  const reading = readPythonJson(toBodyBytes(data).toString("utf8"));
  return reading.kind === "value" ? keyOf(toPlainValue(reading.value)) : undefined;
}

/** JSON with its keys in order. */
function keyOf(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
