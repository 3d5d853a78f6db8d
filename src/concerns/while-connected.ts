import type { ServerResponse } from "node:http";

/**
 * Answers a client, with a signal that aborts when the client leaves before it has its answer: nobody would hear the
 * rest. What fails from then on concerns nobody; a failure before is the caller's.
 */
export async function whileConnected(
  response: ServerResponse,
  answer: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const client = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) client.abort();
  });
  try {
    await answer(client.signal);
  } catch (error) {
    if (!client.signal.aborted) throw error;
  }
}
