import { z } from "zod";

/** What the thread of the embedded database is asked, one after the other. */
export const commandSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("query"),
    id: z.int(),
    sql: z.string(),
    parameters: z.array(z.unknown()),
  }),
  z.object({ kind: z.enum(["begin", "commit", "rollback", "close"]), id: z.int() }),
]);
export type Command = z.infer<typeof commandSchema>;

/** What Postgres says of an error. Its class and its own fields do not cross threads by themselves. */
const problemSchema = z.object({
  message: z.string(),
  code: z.string().optional(),
  detail: z.string().optional(),
  hint: z.string().optional(),
  table: z.string().optional(),
  column: z.string().optional(),
  constraint: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;

export const resultSchema = z.object({
  rows: z.array(z.unknown()),
  affectedRows: z.number().optional(),
  fields: z.array(z.object({ name: z.string(), dataTypeID: z.number() })),
});
export type Result = z.infer<typeof resultSchema>;

export const replySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("done"), id: z.int(), result: resultSchema }),
  z.object({ kind: z.literal("failed"), id: z.int(), problem: problemSchema }),
]);
export type Reply = z.infer<typeof replySchema>;

export const NO_RESULT: Result = { rows: [], fields: [] };

/** The command that nobody sends: its reply says whether the database has opened. */
export const OPENED_ID = 0;

export const openingSchema = z.object({ dataDirectory: z.string().optional() });
