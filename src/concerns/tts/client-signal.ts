import type { ServerResponse } from "node:http";

/** Aborts when the client leaves before it has its answer: nobody would hear the rest. */
export function clientSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
