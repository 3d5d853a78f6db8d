import type { Duplex } from "node:stream";

import { type ErrorCode, toNodeCode } from "#platform/errors.ts";
import { answerError } from "#routing/raw-answer.ts";
import { answerMalformed } from "#server/answer-malformed.ts";
import type { ConnectionQueue } from "#server/connection-queue.ts";
import { refuseRequest } from "#server/handle-request.ts";

/** What was wrong with bytes that are no request, by the code of Node's parser. */
function toFault(nodeCode: string): ErrorCode {
  switch (nodeCode) {
    case "HPE_HEADER_OVERFLOW":
      return "HEADERS_TOO_LARGE";
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return "REQUEST_TIMEOUT";
    default:
      return "REQUEST_MALFORMED";
  }
}

/** The connection was reset, or ended in the middle of a request. */
const LEFT: ReadonlySet<string> = new Set(["ECONNRESET", "HPE_INVALID_EOF_STATE"]);

/**
 * Answers Node's `clientError`: once, in its turn, and never in the middle of another answer. Who has left
 * gets none.
 */
export function createMalformedHandler(
  queue: ConnectionQueue,
  onRefused: (code: ErrorCode) => void,
): (error: Error, socket: Duplex) => void {
  return (error, socket) => {
    const nodeCode = toNodeCode(error);
    if (LEFT.has(nodeCode)) {
      socket.destroy();
      return;
    }
    const code = toFault(nodeCode);
    onRefused(code);
    const response = queue.answerOf(socket);
    // It is the body of the request under way that is malformed.
    if (response !== undefined && !response.req.complete) {
      if (response.headersSent) socket.destroy();
      else refuseRequest(response, code);
      return;
    }
    queue.enter(socket, (done) => {
      if (code === "REQUEST_MALFORMED") answerMalformed(socket);
      else answerError(socket, code);
      done();
    });
  };
}
