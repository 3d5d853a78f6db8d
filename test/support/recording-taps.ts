import type { ExchangeTap, SocketTap } from "#routing/upstream/index.ts";

/** What an onlooker was shown of one exchange, one line each. */
export function createRecordingTap(): ExchangeTap & { readonly shown: readonly string[] } {
  const shown: string[] = [];
  return {
    shown,
    requestBytes: (chunk) => shown.push(`request ${chunk.toString("latin1")}`),
    answerHead: (status, headers) => shown.push(`head ${status} ${headers.join("|")}`),
    answerBytes: (chunk) => shown.push(`answer ${chunk.toString("latin1")}`),
    ended: (isComplete) => shown.push(`ended ${isComplete ? "whole" : "broken"}`),
  };
}

/** The same of one socket. */
export function createRecordingSocketTap(): SocketTap & { readonly shown: readonly string[] } {
  const shown: string[] = [];
  return {
    shown,
    fromClient: (chunk) => shown.push(`client ${chunk.toString("latin1")}`),
    fromUpstream: (chunk) => shown.push(`upstream ${chunk.toString("latin1")}`),
    ended: () => shown.push("ended"),
  };
}
