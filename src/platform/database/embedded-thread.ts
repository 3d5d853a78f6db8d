import { extname } from "node:path";
import { Worker } from "node:worker_threads";

import { z } from "zod";

import {
  type Command,
  OPENED_ID,
  type Problem,
  replySchema,
  type Result,
} from "#platform/database/embedded-messages.ts";

type Ask = Command extends infer Kind ? (Kind extends Command ? Omit<Kind, "id"> : never) : never;

interface Rows<Row> extends Pick<Result, "fields"> {
  rows: Row[];
  affectedRows?: number;
}

/** As much of PGlite as Kysely's dialect for it wants. */
interface Queries {
  query<Row>(sql: string, parameters?: unknown[]): Promise<Rows<Row>>;
}

/** An embedded Postgres in a thread of its own, which opens at once. Rejects everything once it has ended. */
export interface EmbeddedThread extends Queries {
  readonly ready: boolean;
  readonly closed: boolean;
  /** Rejects where it cannot be opened. */
  readonly waitReady: Promise<void>;
  transaction<Done>(
    run: (inside: Queries & { rollback(): Promise<void> }) => Promise<Done>,
  ): Promise<Done>;
  close(): Promise<void>;
}

const toError = ({ message, ...fields }: Problem): Error =>
  Object.assign(new Error(message), fields);

/** Its file has the ending that this one has, in the source and in what is packed. */
const ENTRY = new URL(`./embedded-worker${extname(import.meta.url)}`, import.meta.url);

class Thread implements EmbeddedThread {
  readonly waitReady: Promise<void>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<Result>>();
  #lastId = OPENED_ID;
  #isReady = false;
  #ended: { readonly reason: unknown } | undefined;

  constructor(dataDirectory: string | undefined) {
    this.#worker = new Worker(ENTRY, { name: "embedded database", workerData: { dataDirectory } });
    this.#worker.on("message", (message: unknown) => this.#hear(message));
    this.#worker.on("error", (error: unknown) => this.#end(error));
    this.#worker.on("exit", () => this.#end(new Error("The embedded database has ended")));
    this.waitReady = this.#untilOpened();
  }

  get ready(): boolean {
    return this.#isReady;
  }

  get closed(): boolean {
    return this.#ended !== undefined;
  }

  async query<Row>(sql: string, parameters: unknown[] = []): Promise<Rows<Row>> {
    const { rows, fields, affectedRows } = await this.#ask({ kind: "query", sql, parameters });
    return {
      rows: z.array(z.custom<Row>()).parse(rows),
      fields,
      ...(affectedRows !== undefined && { affectedRows }),
    };
  }

  async transaction<Done>(
    run: (inside: Queries & { rollback(): Promise<void> }) => Promise<Done>,
  ): Promise<Done> {
    await this.#ask({ kind: "begin" });
    let done: Done;
    try {
      done = await run({
        query: async (sql, parameters) => this.query(sql, parameters),
        rollback: async () => void (await this.#ask({ kind: "rollback" })),
      });
    } catch (error) {
      await this.#ask({ kind: "rollback" });
      throw error;
    }
    await this.#ask({ kind: "commit" });
    return done;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    await this.#ask({ kind: "close" });
    await this.#worker.terminate();
  }

  async #untilOpened(): Promise<void> {
    await this.#wait(OPENED_ID);
    this.#isReady = true;
  }

  async #ask(command: Ask): Promise<Result> {
    if (this.#ended !== undefined) throw this.#ended.reason;
    this.#lastId += 1;
    const id = this.#lastId;
    // oxlint-disable-next-line require-post-message-target-origin -- a thread is no window
    this.#worker.postMessage({ ...command, id });
    return this.#wait(id);
  }

  async #wait(id: number): Promise<Result> {
    const reply = Promise.withResolvers<Result>();
    this.#waiting.set(id, reply);
    // Only what somebody waits for keeps the process.
    this.#worker.ref();
    return reply.promise;
  }

  #hear(message: unknown): void {
    const reply = replySchema.parse(message);
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (reply.kind === "done") waiting?.resolve(reply.result);
    else waiting?.reject(toError(reply.problem));
  }

  #end(reason: unknown): void {
    this.#ended ??= { reason };
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}

/** In memory, and gone at the end, without a folder. */
export const startEmbeddedThread = (dataDirectory: string | undefined): EmbeddedThread =>
  new Thread(dataDirectory);
