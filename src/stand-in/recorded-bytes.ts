import { STATUS_CODES } from "node:http";

import { toBodyBytes, type RecordedBody } from "#contracts/recordings/recording.ts";
import { fillPlaceholders } from "#contracts/recordings/volatile.ts";
import type { Clock } from "#platform/clock.ts";

/** The bytes of a recorded answer in which only the date is volatile. */
export function toRecordedBytes(answer: {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: RecordedBody;
  readonly clock: Clock;
}): Buffer {
  const { status, headers, body, clock } = answer;
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const date = (): string => new Date(clock.now()).toUTCString();
    lines.push(`${headers[index]}: ${fillPlaceholders(headers[index + 1] ?? "", date)}`);
  }
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), toBodyBytes(body)]);
}
