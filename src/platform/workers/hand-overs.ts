import type { ChildProcess } from "node:child_process";

import { z } from "zod";

interface Connection {
  close(): void;
}

const isConnection = (handle: unknown): handle is Connection =>
  typeof handle === "object" &&
  handle !== null &&
  "close" in handle &&
  typeof handle.close === "function";

// As primary and worker speak in Node 24 (internal/cluster/round_robin_handle.js): one connection at a time is handed
// over, and the next when the worker has said that it took the one before, or did not.
const handOverSchema = z.tuple([
  z.object({ act: z.literal("newconn"), seq: z.number() }),
  z.custom<Connection>(isConnection),
]);
const answerSchema = z.object({ ack: z.number() });

/**
 * Follows the connections that are handed to a child, and gives the function that closes the one that it did not take:
 * to be called when nothing more can be heard of the child. Node keeps that one open for ever, and its client waits for
 * an answer that nobody will give.
 */
export function followHandOvers(child: ChildProcess): () => void {
  let underWay: { readonly seq: number; readonly connection: Connection } | undefined;

  // oxlint-disable-next-line typescript/unbound-method -- what it is bound to is passed on
  child.send = new Proxy(child.send, {
    apply(send, self, given: readonly unknown[]) {
      const { data } = handOverSchema.safeParse(given.slice(0, 2));
      if (data !== undefined) underWay = { seq: data[0].seq, connection: data[1] };
      const sent: unknown = Reflect.apply(send, self, given);
      return sent;
    },
  });
  child.on("internalMessage", (message: unknown) => {
    const { data } = answerSchema.safeParse(message);
    if (data !== undefined && data.ack === underWay?.seq) underWay = undefined;
  });

  return () => {
    underWay?.connection.close();
    underWay = undefined;
  };
}
