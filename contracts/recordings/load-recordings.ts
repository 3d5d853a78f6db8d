import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import {
  httpRecording,
  recordedToken,
  wsRecording,
  type HttpRecording,
  type WsRecording,
} from "./recording.ts";
import { tokenNames, type RecordedTokens } from "./tokens.ts";

export interface Recordings {
  /** In the order of the files, which within a sequence is the order of the requests. */
  readonly http: readonly HttpRecording[];
  readonly ws: readonly WsRecording[];
  readonly tokens: RecordedTokens;
  /** What each environment was; `default` is the one that is served. */
  readonly environments: Readonly<Record<string, string>>;
}

/** A recording that cannot be used, with the place to look at. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
  readonly file: string;
  /** Counted from 1; 0 where the fault is of the whole file. */
  readonly line: number;
  /** Dotted path of the field, or "" where the line is no JSON object. */
  readonly field: string;

  constructor(
    place: { readonly file: string; readonly line: number; readonly field: string },
    problem: string,
    options?: ErrorOptions,
  ) {
    const { file, line, field } = place;
    super(`Cannot read recording: ${file}:${line}: ${field === "" ? "" : `${field}: `}${problem}`, {
      ...options,
    });
    this.file = file;
    this.line = line;
    this.field = field;
  }
}

const headerRuns = z.record(z.string().startsWith("@"), z.array(z.string()));

/**
 * Reads and checks every recording under `folder` (`contracts/recordings` of the package). Throws a
 * `RecordingError` for the first line that is not what `recording.ts` says.
 */
export function loadRecordings(folder: string): Recordings {
  const tokens = readJson(folder, "tokens.json", z.record(z.string(), recordedToken));
  const environments = readJson(folder, "environments.json", z.record(z.string(), z.string()));
  const runs = readJson(folder, "header-runs.json", headerRuns);
  const context: LineContext = { folder, runs, tokens, environments, seen: new Set() };
  return {
    http: readLines("http", httpRecording, context),
    ws: readLines("ws", wsRecording, context),
    tokens,
    environments,
  };
}

interface LineContext {
  readonly folder: string;
  readonly runs: z.infer<typeof headerRuns>;
  readonly tokens: RecordedTokens;
  readonly environments: Readonly<Record<string, string>>;
  readonly seen: Set<string>;
}

function readLines<T extends { readonly id: string; readonly environment: string }>(
  kind: "http" | "ws",
  schema: z.ZodType<T>,
  context: LineContext,
): readonly T[] {
  const files = readdirSync(join(context.folder, kind)).filter((name) => name.endsWith(".jsonl"));
  return files.toSorted().flatMap((name) => {
    const file = `${kind}/${name}`;
    const lines = readFileSync(join(context.folder, file), "utf8").split("\n");
    if (lines.at(-1) === "") lines.pop();
    return lines.map((text, index) => {
      const place = { file, line: index + 1 };
      const recording = parse(schema, expandRuns(parseJson(text, place), context.runs), place);
      checkReferences(recording, text, { ...context, ...place });
      return recording;
    });
  });
}

function checkReferences(
  { id, environment }: { readonly id: string; readonly environment: string },
  text: string,
  context: LineContext & { readonly file: string; readonly line: number },
): void {
  const fault = (field: string, problem: string): RecordingError =>
    new RecordingError({ file: context.file, line: context.line, field }, problem);
  if (context.seen.has(id)) throw fault("id", `"${id}" is used twice`);
  context.seen.add(id);
  if (!(environment in context.environments))
    throw fault("environment", `"${environment}" is not in environments.json`);
  const unknown = tokenNames(text).find((name) => !(name in context.tokens));
  if (unknown !== undefined) throw fault("request", `token "${unknown}" is not in tokens.json`);
}

/** An `@name` in the place of a header's name stands for a run of headers that many answers share. */
function expandRuns(value: unknown, runs: LineContext["runs"]): unknown {
  const answer = z.looseObject({ response: z.looseObject({ headers: z.array(z.string()) }) });
  const parsed = answer.safeParse(value);
  if (!parsed.success) return value;
  const { response } = parsed.data;
  const headers = response.headers.flatMap((item) => runs[item] ?? [item]);
  return { ...parsed.data, response: { ...response, headers } };
}

function readJson<T>(folder: string, file: string, schema: z.ZodType<T>): T {
  const place = { file, line: 0 };
  return parse(schema, parseJson(readFileSync(join(folder, file), "utf8"), place), place);
}

function parseJson(text: string, place: { readonly file: string; readonly line: number }): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RecordingError({ ...place, field: "" }, "not JSON", { cause });
  }
}

function parse<T>(
  schema: z.ZodType<T>,
  value: unknown,
  place: { readonly file: string; readonly line: number },
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.code === "unrecognized_keys" ? [...issue.path, ...issue.keys] : issue?.path;
  throw new RecordingError(
    { ...place, field: (path ?? []).join(".") },
    issue?.message ?? "invalid",
    { cause: parsed.error },
  );
}
