import { readPythonJson } from "#contracts/validation/python-json.ts";
import { isDict, toPlainValue } from "#contracts/validation/python-value.ts";
import type { Logger } from "#platform/logger.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";
import type { FreshContext } from "#stand-in/fresh-values.ts";
import { createFreshValues } from "#stand-in/fresh-values.ts";
import { refreshJson } from "#stand-in/refresh-json.ts";
import type { RecordedReply } from "#stand-in/sockets/frame-cases.ts";
import { startPings } from "#stand-in/sockets/keepalive.ts";
import type { ChoosePamReply, PamReply } from "#stand-in/sockets/pam-replies.ts";
import { toPythonFrame } from "#stand-in/sockets/python-frame.ts";
import type { SocketRegistry } from "#stand-in/sockets/socket-registry.ts";
import type { Conversation, Socket } from "#stand-in/sockets/socket.ts";
import type { Violations } from "#stand-in/sockets/violations.ts";

export interface PamSocketDependencies extends Pick<FreshContext, "clock" | "random"> {
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  readonly choose: ChoosePamReply;
  readonly welcome: RecordedReply;
  readonly registry: SocketRegistry;
  readonly violations: Violations;
}

/** One conversation on `/api/v1/pam/ws/{user_id}` whose token was accepted. Welcomes at once. */
export function openPamSocket(
  userId: string,
  socket: Socket,
  dependencies: PamSocketDependencies,
): Conversation {
  const { clock, random, scheduler, logger, choose, registry, violations } = dependencies;
  const pings = startPings({ socket, scheduler, clock });
  const leave = registry.add(userId, socket);

  function send({ frames, recordedAt }: RecordedReply): void {
    const fresh = createFreshValues({ clock, random, recordedAt, host: "" });
    for (const { text, volatile } of frames) socket.send(refreshJson(text, volatile, fresh));
  }

  function answer(chosen: PamReply): void {
    switch (chosen.kind) {
      case "silence":
        return;
      case "unknown-type":
        socket.send(
          toPythonFrame({ type: "error", message: `Unknown message type: ${chosen.type}` }),
        );
        return;
      case "nearest":
        logger.debug({}, "A frame without a recording got the nearest recorded reply");
        send(chosen.reply);
        return;
      case "recorded":
        send(chosen.reply);
        return;
      default:
        chosen satisfies never;
    }
  }

  send(dependencies.welcome);
  return {
    text(raw) {
      const reading = readPythonJson(raw);
      if (reading.kind !== "value" || !isDict(reading.value)) return;
      const frame = Object.entries(toPlainValue(reading.value) ?? {});
      const chosen = choose(Object.fromEntries(frame), userId);
      const errorCode = errorCodeOf(chosen);
      const reason = errorCode === undefined ? undefined : violations.count(userId, errorCode);
      if (reason !== undefined) {
        socket.close(4003, reason);
        return;
      }
      // A pong that is refused does not count.
      if (errorCode === undefined && reading.value.get("type") === "pong") pings.alive();
      answer(chosen);
    },
    binary() {
      // The legacy ignores binary frames.
    },
    pong() {
      // Only a JSON pong counts here.
    },
    ended() {
      pings.stop();
      leave();
    },
  };
}

function errorCodeOf(chosen: PamReply): string | undefined {
  if (chosen.kind !== "recorded" && chosen.kind !== "nearest") return undefined;
  const text = chosen.reply.frames[0]?.text ?? "";
  return /"error_code": "([A-Z_]+)"/.exec(text)?.[1];
}
