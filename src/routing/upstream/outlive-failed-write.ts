/* oxlint-disable no-underscore-dangle -- the hooks of Node's Writable are called so */
import type { Socket } from "node:net";

type Done = (error?: Error | null) => void;

const isFailedWrite = (error: Error | null | undefined): boolean =>
  error instanceof Error && "syscall" in error && error.syscall === "write";

const unlessFailed =
  (done: Done): Done =>
  (error) => {
    if (!isFailedWrite(error)) done(error);
  };

/**
 * A server may answer before it has read the whole request, and close. The write that then fails would end the socket
 * at once, and with it the answer that lies ready in its buffer (RFC 9112 §9.5). So such a write is never over, and
 * nothing is written after it; it is reading that ends the socket, which comes to an end or an error by itself, and
 * at once where nothing is there.
 */
export function outliveFailedWrite(socket: Socket): void {
  const write = socket._write.bind(socket);
  const writeMany = socket._writev?.bind(socket);
  socket._write = (chunk: unknown, encoding, done) => write(chunk, encoding, unlessFailed(done));
  if (writeMany !== undefined) {
    socket._writev = (chunks, done) => writeMany(chunks, unlessFailed(done));
  }
}
