/*
 * The embedded Postgres, in a thread of its own: opening it takes seconds of processor time, and every query some
 * more, during which no request and no socket would be heard. An entry: what imports it, starts it.
 */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";

import { PGlite, type Transaction } from "@electric-sql/pglite";
import { z } from "zod";

import {
  type Command,
  commandSchema,
  NO_RESULT,
  OPENED_ID,
  openingSchema,
  type Problem,
  type Reply,
  type Result,
} from "#platform/database/embedded-messages.ts";
import { createTablesSql } from "#platform/database/schema/create-tables-sql.ts";
import { VALUE_PARSERS } from "#platform/database/value-parsers.ts";
import { toMessage } from "#platform/errors.ts";

const text = z.string().optional().catch(undefined);
const fields = z.object({
  code: text,
  detail: text,
  hint: text,
  table: text,
  column: text,
  constraint: text,
});

const toProblem = (error: unknown): Problem => ({
  message: toMessage(error),
  ...fields.safeParse(error).data,
});

async function openPglite(): Promise<PGlite> {
  const { dataDirectory } = openingSchema.parse(workerData);
  const parsers = { ...VALUE_PARSERS };
  const pglite = await PGlite.create(
    dataDirectory === undefined ? { parsers } : { parsers, dataDir: dataDirectory },
  );
  await pglite.exec(createTablesSql());
  return pglite;
}

interface OpenTransaction {
  readonly inside: Transaction;
  readonly commit: () => void;
  readonly rollback: (reason: Error) => void;
  readonly ended: Promise<void>;
}

/** One connection: whoever asks begins no second transaction before the first has ended. */
function createConnection(pglite: PGlite): (command: Command) => Promise<Result> {
  let open: OpenTransaction | undefined;

  async function begin(): Promise<void> {
    const begun = Promise.withResolvers<Transaction>();
    const { promise, resolve: commit, reject: rollback } = Promise.withResolvers<void>();
    const ended = pglite.transaction(async (inside) => {
      begun.resolve(inside);
      await promise;
    });
    ended.catch(begun.reject);
    open = { inside: await begun.promise, commit, rollback, ended };
  }

  async function end(kind: "commit" | "rollback"): Promise<void> {
    const ending = open;
    open = undefined;
    if (kind === "commit") {
      ending?.commit();
      await ending?.ended;
      return;
    }
    ending?.rollback(new Error("Rolled back"));
    await ending?.ended.catch(() => {});
  }

  return async (command) => {
    switch (command.kind) {
      case "query":
        return (open?.inside ?? pglite).query(command.sql, command.parameters);
      case "begin":
        await begin();
        return NO_RESULT;
      case "commit":
      case "rollback":
        await end(command.kind);
        return NO_RESULT;
      case "close":
        await pglite.close();
        return NO_RESULT;
    }
  };
}

async function replyTo(id: number, answer: () => Promise<Result>): Promise<Reply> {
  try {
    const { rows, affectedRows, fields: columns } = await answer();
    return { kind: "done", id, result: { rows, affectedRows, fields: columns } };
  } catch (error) {
    return { kind: "failed", id, problem: toProblem(error) };
  }
}

if (parentPort === null) throw new TypeError("The embedded database runs in a thread of its own");
const port: MessagePort = parentPort;
const opening = openPglite();
const connection = opening.then(createConnection);
// Told by the reply below, and to whoever asks.
connection.catch(() => {});

async function hear(message: unknown): Promise<void> {
  const command = commandSchema.parse(message);
  port.postMessage(await replyTo(command.id, async () => (await connection)(command)));
  if (command.kind === "close") port.close();
}

async function untilOpened(): Promise<Result> {
  await opening;
  return NO_RESULT;
}

async function tellOpened(): Promise<void> {
  port.postMessage(await replyTo(OPENED_ID, untilOpened));
}

port.on("message", (message: unknown) => void hear(message));
void tellOpened();
