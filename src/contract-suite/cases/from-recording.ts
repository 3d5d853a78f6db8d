import { hash } from "node:crypto";

import type { Conversation, Exchange, Turn } from "#contract-suite/cases/case.ts";
import {
  type ExpectedAnswer,
  type ExpectedBody,
  type ExpectedJson,
} from "#contract-suite/compare/answer.ts";
import { toExpectation } from "#contract-suite/expectation/from-recording.ts";
import {
  type HttpRecording,
  type RecordedBody,
  toBodyBytes,
  type WsRecording,
} from "#contracts/recordings/recording.ts";
import { groupHeaders, readJson } from "#platform/comparison/index.ts";

type Volatile = HttpRecording["volatile"];

/** Text is told apart from other bytes, so that a difference can be shown. */
function toExpectedBytes(bytes: Buffer): ExpectedBody {
  const text = bytes.toString("utf8");
  if (bytes.equals(Buffer.from(text))) return { kind: "text", text };
  return { kind: "bytes", sha256: hash("sha256", bytes), length: bytes.length };
}

function toExpectedJson(text: string, value: unknown, volatile: Volatile): ExpectedJson {
  return { expectation: toExpectation(value, volatile), exact: { text, volatile } };
}

function toExpectedBody(body: RecordedBody, volatile: Volatile): ExpectedBody {
  if ("" in volatile)
    return { kind: "any", because: `The whole body is the target's ${volatile[""]}` };
  if (body.kind === "omitted") {
    return { kind: "bytes", sha256: body.sha256, length: body.length };
  }
  const bytes = toBodyBytes(body);
  const text = bytes.toString("utf8");
  const read = body.kind === "binary" ? undefined : readJson(text);
  if (read === undefined) return toExpectedBytes(bytes);
  return { kind: "json", ...toExpectedJson(text, read.value, volatile) };
}

function toExpectedAnswer({ request, response, volatile }: HttpRecording): ExpectedAnswer {
  const headers = [...groupHeaders(response.headers)].map(
    ([name, values]) => [name, { kind: "values", values }] as const,
  );
  return {
    status: response.status,
    headers: new Map(headers),
    areHeadersClosed: true,
    body:
      request.method === "HEAD"
        ? toExpectedBytes(Buffer.alloc(0))
        : toExpectedBody(response.body, volatile),
  };
}

/** True where the request can be sent again: its body is in the recording. */
export const isRepeatable = ({ request }: HttpRecording): boolean =>
  request.body.kind !== "omitted";

/** A recorded exchange as a step: the same request again, and an answer that is alike. */
export function toExchange(recording: HttpRecording): Exchange {
  const { method, target, headers, body } = recording.request;
  return {
    kind: "exchange",
    request: {
      method,
      target,
      headers,
      body: body.kind === "none" || body.kind === "omitted" ? undefined : toBodyBytes(body),
    },
    expected: toExpectedAnswer(recording),
    captures: {},
  };
}

/** Who left sooner did not wait for answers. */
const LISTENING_MS = 300;

const lastSentAtMs = (events: WsRecording["events"]): number =>
  events.findLast(({ kind }) => kind === "send")?.atMs ?? Number.NEGATIVE_INFINITY;

function toTurns({ events }: WsRecording): readonly Turn[] {
  return events.flatMap((event): readonly Turn[] => {
    switch (event.kind) {
      case "send": {
        const bytes = toBodyBytes(event.data);
        return [{ kind: "send", data: event.data.kind === "binary" ? bytes : bytes.toString() }];
      }
      case "receive": {
        const read = readJson(event.text);
        const frame = toExpectedJson(event.text, read?.value, event.volatile);
        return [{ kind: "expect", quantity: "one", frame }];
      }
      case "client-close":
        return [
          {
            kind: "leave",
            code: event.code,
            reason: event.reason,
            listens: event.atMs - lastSentAtMs(events) >= LISTENING_MS,
          },
        ];
      case "close":
        return event.by === "client"
          ? []
          : [{ kind: "end", code: event.code, reason: { kind: "scalar", value: event.reason } }];
      case "accepted":
      case "rejected":
      case "http":
      case "note":
        return [];
      default:
        return event satisfies never;
    }
  });
}

/** A recorded conversation as a step: the same frames sent, and frames that are alike in the same order. */
export function toConversation(recording: WsRecording): Conversation {
  const { target, headers } = recording.open;
  const rejected = recording.events.find((event) => event.kind === "rejected");
  return {
    kind: "conversation",
    target,
    headers,
    refusal: rejected && { status: rejected.status, body: rejected.body },
    turns: toTurns(recording),
  };
}
