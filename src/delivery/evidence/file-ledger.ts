import { appendFile, mkdir, readFile, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";

import {
  type EvidenceLedger,
  type StoredEvidence,
  storedEvidenceSchema,
} from "#delivery/evidence/evidence-ledger.ts";
import { createMemoryLedger } from "#delivery/evidence/memory-ledger.ts";
import type { Logger } from "#platform/logger.ts";

export interface FileLedgerOptions {
  /** One JSON object a line; the older half is beside it, with `.1` at the end. */
  readonly path: string;
  readonly logger: Pick<Logger, "warn">;
  /** When the file becomes the older half, and the older half before it goes; default 16 MB. */
  readonly maxBytes?: number;
}

const readText = async (path: string): Promise<string> =>
  readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  });

function parseLine(line: string): StoredEvidence | undefined {
  try {
    const parsed = storedEvidenceSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A ledger in a file of this process's own. A line that a crash tore is passed over, and the next one begins on a
 * line of its own. Rejects where the file cannot be read; an append rejects where it cannot be written.
 */
export async function openFileLedger({
  path,
  logger,
  maxBytes = 16_777_216,
}: FileLedgerOptions): Promise<EvidenceLedger> {
  const memory = createMemoryLedger();
  const olderPath = `${path}.1`;
  await mkdir(dirname(path), { recursive: true });

  async function load(from: string): Promise<string> {
    const text = await readText(from);
    const lines = text.split("\n").filter((line) => line !== "");
    const found = lines.map(parseLine).filter((entry) => entry !== undefined);
    for (const entry of found) memory.take(entry);
    const lost = lines.length - found.length;
    if (lost > 0) logger.warn({ path: from, lines: lost }, "Lines of the ledger are unreadable");
    return text;
  }

  await load(olderPath);
  const current = await load(path);
  let isTorn = current !== "" && !current.endsWith("\n");
  let last: Promise<unknown> = Promise.resolve();

  async function turnOver(): Promise<void> {
    const { size } = await stat(path).catch(() => ({ size: 0 }));
    if (size < maxBytes) return;
    await rename(path, olderPath);
    isTorn = false;
  }

  async function write(stored: StoredEvidence): Promise<StoredEvidence> {
    await turnOver();
    const line = `${isTorn ? "\n" : ""}${JSON.stringify(stored)}\n`;
    // Until the whole line is known to be there, it may be torn.
    isTorn = true;
    await appendFile(path, line, { flush: true });
    isTorn = false;
    memory.take(stored);
    return stored;
  }

  async function inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const done = last.then(task);
    last = done.catch(() => {});
    return done;
  }

  return {
    append: async (entry) => inTurn(async () => write({ ...entry, id: memory.lastId + 1 })),
    appendOnce: async (flip) =>
      inTurn(async () =>
        memory.hasFlip(flip.key) ? undefined : write({ ...flip, id: memory.lastId + 1 }),
      ),
    after: async (id, query) => memory.after(id, query),
    latest: async (query) => memory.latest(query),
    async close() {
      await last;
    },
  };
}
