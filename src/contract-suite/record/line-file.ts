import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

import type { Closeable } from "#platform/lifecycle.ts";

/** A file of whole lines that grows at its end. */
export interface LineFile extends Closeable {
  readonly lines: number;
  /**
   * Resolves when the line is with the system. Lines come out in the order they went in; one that could not be
   * written leaves nothing behind, and does not keep later ones out.
   */
  append(line: string): Promise<void>;
}

const NEWLINE = 10;

/** Counts the lines of a file and finds where the last whole one ends. */
async function measure(
  file: FileHandle,
): Promise<{ readonly bytes: number; readonly lines: number }> {
  const chunk = Buffer.alloc(64 * 1024);
  let [bytes, lines, at] = [0, 0, 0];
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- a file is read from front to back
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) return { bytes, lines };
    for (let index = chunk.indexOf(NEWLINE); index !== -1 && index < bytesRead;) {
      lines += 1;
      bytes = at + index + 1;
      index = chunk.indexOf(NEWLINE, index + 1);
    }
    at += bytesRead;
  }
}

/** Opens a file to go on with it. What an earlier process did not finish writing is cut off. */
export async function openLineFile(path: string): Promise<LineFile> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "a+");
  let { bytes, lines } = await measure(file);
  await file.truncate(bytes);
  let last = Promise.resolve();

  async function write(data: Buffer): Promise<void> {
    try {
      await file.appendFile(data);
    } catch (error) {
      await file.truncate(bytes);
      throw error;
    }
    bytes += data.length;
    lines += 1;
  }

  return {
    get lines() {
      return lines;
    },
    async append(line) {
      const data = Buffer.from(`${line}\n`);
      const written = last.then(async () => write(data));
      last = written.catch(() => {});
      return written;
    },
    async close() {
      await last;
      await file.close();
    },
  };
}
