import type { SocketTap } from "#routing/upstream/index.ts";

/**
 * A tap that is opened when something passes: one of a handshake that legacy refuses is never called, and must neither
 * count nor hold anything.
 */
export function createLazySocketTap(open: () => SocketTap | undefined): SocketTap {
  let opened: { readonly tap: SocketTap | undefined } | undefined;
  const tap = (): SocketTap | undefined => {
    opened ??= { tap: open() };
    return opened.tap;
  };
  return {
    fromClient(chunk) {
      tap()?.fromClient(chunk);
    },
    fromUpstream(chunk) {
      tap()?.fromUpstream(chunk);
    },
    ended() {
      tap()?.ended();
    },
  };
}
