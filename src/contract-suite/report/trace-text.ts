import { toShortText } from "#contract-suite/compare/difference.ts";
import type { Said } from "#contract-suite/run/conversation-trace.ts";
import type { Trace } from "#contract-suite/run/run-suite.ts";

/** Only who owns a token may see it; reports are passed around. */
const redact = (text: string): string => text.replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, "<token>");

function sayingText(said: Said): string {
  if (said.kind === "sent") return `> ${toShortText(redact(said.data))}`;
  const { event } = said;
  if (event.kind === "close") return `< close ${event.code} "${event.reason}"`;
  return `< ${event.kind === "text" ? toShortText(event.text) : `${event.bytes.length} bytes`}`;
}

/** What was sent and what came back, for a person to read. */
export function toTraceLines(trace: Trace): readonly string[] {
  if (trace.kind === "conversation") {
    const status = trace.status === undefined ? "no answer" : String(trace.status);
    return [`> WS ${redact(trace.target)}`, `< ${status}`, ...trace.said.map(sayingText)];
  }
  const { request, answer } = trace;
  const headers = request.headers.flatMap((name, at) =>
    at % 2 === 0 ? [`> ${name}: ${redact(request.headers[at + 1] ?? "")}`] : [],
  );
  const sent =
    request.body === undefined ? [] : [`> ${toShortText(request.body.toString("utf8"))}`];
  const got =
    answer === undefined
      ? ["< no answer"]
      : [`< ${answer.status}`, `< ${toShortText(answer.body.toString("utf8"))}`];
  return [`> ${request.method} ${redact(request.target)}`, ...headers, ...sent, ...got];
}
