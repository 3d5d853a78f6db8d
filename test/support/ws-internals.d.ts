import type { Duplex } from "node:stream";

// The library exports both; its types leave them out.
declare module "ws" {
  export class PerMessageDeflate {
    constructor(options: { readonly threshold: number });
    accept(offers: readonly object[]): object;
    cleanup(): void;
  }
  export class Sender {
    constructor(socket: Duplex, extensions: Readonly<Record<string, PerMessageDeflate>>);
    send(
      data: Buffer,
      options: {
        readonly fin: boolean;
        readonly binary: boolean;
        readonly compress: boolean;
        readonly mask: boolean;
      },
      done: () => void,
    ): void;
    ping(data: Buffer, mask: boolean, done: () => void): void;
    // oxlint-disable-next-line max-params -- the library's own signature
    close(code: number, reason: Buffer, mask: boolean, done: () => void): void;
  }
}
