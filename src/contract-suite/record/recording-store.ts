import { globSync, readFileSync } from "node:fs";
import { mkdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { type LineFile, openLineFile } from "#contract-suite/record/line-file.ts";
import { recordedToken, type RecordedToken } from "#contracts/recordings/recording.ts";
import { AppError, toMessage, toNodeCode } from "#platform/errors.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import { toWriteError } from "#platform/write-error.ts";

export interface StoreLimits {
  /** Of all files together. */
  readonly maxBytes: number;
  /** Of one kind of exchange: what comes more often teaches nothing new. */
  readonly maxOfAKind: number;
}

/** Exchanges on the disk, in the form of `contracts/recordings`. */
export interface RecordingStore extends Closeable {
  readonly written: number;
  /** Exchanges that were left out, for whichever limit. */
  readonly dropped: number;
  /**
   * Writes one line to `<file>.jsonl`. `toLine` is only asked for where the line will be kept; it gets the
   * number of the line, which with `file` is unique. Rejects where this line could not be made or written; lines
   * behind it are written all the same.
   */
  write(file: string, kind: string, toLine: (number: number) => object): Promise<void>;
}

const tokensSchema = z.record(z.string(), recordedToken);

/** The tokens that an earlier run has written. Throws `RECORDING_INVALID` for a file that holds none. */
export function readTokens(folder: string): Readonly<Record<string, RecordedToken>> {
  try {
    return tokensSchema.parse(JSON.parse(readFileSync(join(folder, "tokens.json"), "utf8")));
  } catch (error) {
    // A folder that cannot be one is found out where it is written to.
    if (["ENOENT", "ENOTDIR"].includes(toNodeCode(error))) return {};
    const path = join(folder, "tokens.json");
    const message = `${path} cannot be read: ${toMessage(error)}`;
    throw new AppError("RECORDING_INVALID", message, { cause: error });
  }
}

/** Lines that wait for a slow disk hold their bodies in memory. */
const MAX_WAITING = 64;

async function sizeOfLines(folder: string): Promise<number> {
  const names = globSync("*/*.jsonl", { cwd: folder });
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** As a whole or not at all: a reader never sees half a file. */
async function replace(path: string, value: unknown): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(value, null, 2)}\n`);
  await rename(`${path}.new`, path);
}

export interface StoreOptions {
  readonly folder: string;
  readonly limits: StoreLimits;
  readonly tokens: ReadonlyMap<string, RecordedToken>;
}

async function prepareFolder(folder: string): Promise<void> {
  await Promise.all(
    ["http", "ws"].map(async (kind) => mkdir(join(folder, kind), { recursive: true })),
  );
  const environments = { default: "a live backend, recorded by banyan" };
  await replace(join(folder, "environments.json"), environments);
  await replace(join(folder, "header-runs.json"), {});
}

/**
 * Opens a folder to record into, new or with recordings of earlier runs. Throws an `AppError` that names the
 * folder where it cannot be written to.
 */
export async function openRecordingStore({
  folder,
  limits,
  tokens,
}: StoreOptions): Promise<RecordingStore> {
  const files = new Map<string, Promise<LineFile>>();
  const kinds = new Map<string, number>();
  let [written, dropped, waiting, knownTokens] = [0, 0, 0, -1];
  let last = Promise.resolve();

  let bytes = 0;
  try {
    await prepareFolder(folder);
    bytes = await sizeOfLines(folder);
    await writeTokens();
  } catch (cause) {
    throw toWriteError(folder, cause);
  }

  async function writeTokens(): Promise<void> {
    if (knownTokens === tokens.size) return;
    const { size } = tokens;
    await replace(join(folder, "tokens.json"), Object.fromEntries(tokens));
    knownTokens = size;
  }

  async function openFile(name: string): Promise<LineFile> {
    try {
      return await openLineFile(join(folder, `${name}.jsonl`));
    } catch (error) {
      files.delete(name);
      throw error;
    }
  }

  async function append(name: string, toLine: (number: number) => object): Promise<void> {
    const opening = files.get(name) ?? openFile(name);
    files.set(name, opening);
    const file = await opening;
    const line = JSON.stringify(toLine(file.lines + 1));
    if (bytes + line.length > limits.maxBytes) {
      dropped += 1;
      return;
    }
    // A line must not mention a token that a reader would not find.
    await writeTokens();
    await file.append(line);
    bytes += Buffer.byteLength(line) + 1;
    written += 1;
  }

  return {
    get written() {
      return written;
    },
    get dropped() {
      return dropped;
    },
    async write(name, kind, toLine) {
      const seen = kinds.get(kind) ?? 0;
      const isFull = bytes >= limits.maxBytes || waiting >= MAX_WAITING;
      if (isFull || seen >= limits.maxOfAKind) {
        dropped += 1;
        return;
      }
      kinds.set(kind, seen + 1);
      waiting += 1;
      const done = last.then(async () => append(name, toLine)).finally(() => (waiting -= 1));
      last = done.catch(() => {});
      await done;
    },
    async close() {
      await last;
      const opened = await Promise.all(files.values());
      await Promise.all(opened.map(async (file) => file.close()));
    },
  };
}
