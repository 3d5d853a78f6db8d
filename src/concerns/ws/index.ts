import { defineConcern } from "#concerns/concern.ts";
import { createBridge } from "#concerns/ws/bridge.ts";
import { createSocket } from "#concerns/ws/socket.ts";
import { createDismissTimer } from "#concerns/ws/timers/dismiss-timer.ts";
import { createNotifyTimer } from "#concerns/ws/timers/notify-timer.ts";

/** The assistant over WebSockets, and what is pushed to them. */
export const ws = defineConcern({
  name: "ws",
  handlers: {
    "dismiss-timer": createDismissTimer,
    "notify-timer": createNotifyTimer,
  },
  sockets: {
    bridge: createBridge,
    socket: createSocket,
  },
});
