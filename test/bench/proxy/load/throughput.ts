import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { findCommand, ROOT } from "../harness/spawned.ts";
import { createTokens } from "./requests.ts";

const run = promisify(execFile);
const CONNECTIONS = 64;

export interface Throughput {
  /** What sends, in the words of the report. */
  readonly by: string;
  /** Requests a second over 64 connections, for so many seconds. */
  measure(port: number, seconds: number): Promise<number>;
}

async function runWrk(port: number, seconds: number): Promise<number> {
  const [token = ""] = await createTokens();
  const headers = [
    `Authorization: Bearer ${token}`,
    "Accept: application/json, text/plain, */*",
    "User-Agent: Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/156.0.0.0",
  ].flatMap((header) => ["-H", header]);
  const { stdout } = await run(findCommand("wrk") ?? "wrk", [
    "-t1",
    `-c${CONNECTIONS}`,
    `-d${seconds}s`,
    ...headers,
    `http://127.0.0.1:${port}/api/v1/pam/health`,
  ]);
  const found = /Requests\/sec:\s+([\d.]+)/u.exec(stdout)?.[1];
  if (found === undefined) throw new Error(`wrk said nothing of its requests: ${stdout}`);
  return Number(found);
}

async function runLeanClient(port: number, seconds: number): Promise<number> {
  const script = join(ROOT, "test/bench/proxy/load/lean-client.ts");
  const values = [port, CONNECTIONS, seconds].map(String);
  return Number((await run(process.execPath, [script, ...values])).stdout);
}

/** By wrk where it is on the path, which takes least of the processors; else by a client on Node that does next to nothing. */
export const findThroughput = (): Throughput =>
  findCommand("wrk") === undefined
    ? { by: "a lean client on Node", measure: runLeanClient }
    : { by: "wrk", measure: runWrk };
