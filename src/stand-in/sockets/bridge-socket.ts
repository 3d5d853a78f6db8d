import { z } from "zod";

import { readPythonJson } from "#contracts/validation/python-json.ts";
import {
  isDict,
  isFloat,
  isList,
  toPlainValue,
  type PythonDict,
  type PythonValue,
} from "#contracts/validation/python-value.ts";
import { toJsonErrorText } from "#stand-in/json-error-text.ts";
import type { RecordedReply } from "#stand-in/sockets/frame-cases.ts";
import type { Conversation, Socket } from "#stand-in/sockets/socket.ts";

/** In the order of the wire. */
const supervisorReply = z.object({
  type: z.literal("supervisor_response"),
  text: z.string(),
  ui_actions: z.array(z.unknown()),
  request_type: z.string(),
});

/**
 * One conversation on `/api/v1/pam/voice-hybrid/bridge/{user_id}`, which lets in anybody, says nothing
 * first and closes with the text of its own exception on whatever it cannot read. `supervisor` is the
 * recorded reply to a supervisor request; its text serves for user messages too, which have the same brain.
 */
export function openBridgeSocket(socket: Socket, supervisor: RecordedReply): Conversation {
  const reply = supervisorReply.parse(JSON.parse(supervisor.frames[0]?.text ?? "null"));

  function replyTo(frame: PythonDict): unknown {
    const type = frame.get("type");
    if (type === "ping") return { type: "pong" };
    if (type === "clear_history") return { type: "history_cleared" };
    if (type === "supervisor_request") {
      return { ...reply, request_type: toPlainValue(frame.get("request_type") ?? "general") };
    }
    if (type === "user_message") {
      const { text, ui_actions } = reply;
      const timestamp = toPlainValue(frame.get("timestamp") ?? null);
      return { type: "assistant_response", text, ui_actions, timestamp };
    }
    // Unknown types get no answer.
    return undefined;
  }

  function answer(frame: PythonDict): void {
    const answered = replyTo(frame);
    if (answered !== undefined) socket.send(JSON.stringify(answered));
  }

  return {
    text(raw) {
      const reading = readPythonJson(raw);
      if (reading.kind !== "value") socket.close(1011, toJsonErrorText(raw, reading));
      else if (isDict(reading.value)) answer(reading.value);
      else socket.close(1011, `'${typeName(reading.value)}' object has no attribute 'get'`);
    },
    binary() {
      // A `KeyError` of the key that only text messages have.
      socket.close(1011, "'text'");
    },
    pong() {
      // Protocol pings are the server library's business.
    },
    ended() {
      // Nothing is kept for the connection.
    },
  };
}

function typeName(value: Exclude<PythonValue, PythonDict>): string {
  if (value === null) return "NoneType";
  if (isList(value)) return "list";
  if (isFloat(value)) return "float";
  if (typeof value === "boolean") return "bool";
  return typeof value === "string" ? "str" : "int";
}
