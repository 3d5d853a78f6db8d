import cluster from "node:cluster";

import type { PrimaryLink, StartWorker } from "#platform/workers/worker-process.ts";

// The only home of node:cluster. Workers share what they listen on: the primary accepts and hands connections out in
// turn, so that one busy process does not gather them all.

/** Starts workers that run this very program, with its arguments and its environment. */
export function createWorkerStarter(): StartWorker {
  // Structured cloning: typed arrays go over as bytes.
  cluster.setupPrimary({ serialization: "advanced" });
  return (events) => {
    const worker = cluster.fork();
    worker.on("message", (message) => events.message(message));
    // A channel that breaks is told by `exit`, a moment later.
    worker.on("error", () => {});
    let isDisconnected = false;
    worker.process.once("disconnect", () => {
      isDisconnected = true;
    });
    // Its last words may come behind its exit, and before its channel is closed; this comes behind both.
    worker.process.once("close", (code, signal) => {
      const how = signal === null ? `status ${code}` : `signal ${signal}`;
      setImmediate(() => {
        // Of a child that was handed a connection, and died before it took it, Node 24 never says `disconnect`
        // (`_handleQueue` in internal/child_process.js); cluster would count it among those that listen for ever.
        if (!isDisconnected) worker.process.emit("disconnect");
        events.ended(how);
      });
    });
    return {
      id: worker.id,
      pid: worker.process.pid,
      send(message) {
        if (worker.isConnected()) worker.process.send(message, () => {});
      },
      kill: () => void worker.process.kill("SIGKILL"),
    };
  };
}

/** The link to the primary; `undefined` where this process is nobody's worker. */
export function linkToPrimary(): PrimaryLink | undefined {
  const { worker } = cluster;
  if (cluster.isPrimary || worker === undefined) return undefined;
  worker.once("disconnect", () => {
    // Without it Node ends the process here and now, with everything that is under way.
    worker.exitedAfterDisconnect = true;
  });
  worker.on("error", () => {});
  return {
    workerId: worker.id,
    send(message, onSent = () => {}) {
      if (worker.isConnected()) worker.process.send(message, () => onSent());
      else onSent();
    },
    onMessage: (listener) => void worker.on("message", (message) => listener(message)),
    onGone: (listener) => void worker.once("disconnect", listener),
  };
}
