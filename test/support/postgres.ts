import { execFile, spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { env, getuid } from "node:process";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

import { findFreePort } from "#support/free-port.ts";

const run = promisify(execFile);

export interface Postgres extends AsyncDisposable {
  /** Connects as a superuser, without a password, to an empty database. */
  readonly url: string;
}

/** The folder of `initdb` and `postgres`: the path's, else Debian's newest. */
function findBinaries(): string | undefined {
  const debian = globSync("/usr/lib/postgresql/*/bin").toSorted((left, right) =>
    right.localeCompare(left, "en", { numeric: true }),
  );
  return [...(env["PATH"] ?? "").split(delimiter), ...debian].find((folder) =>
    ["initdb", "postgres"].every((name) => existsSync(join(folder, name))),
  );
}

/** Why Postgres cannot be started here; `undefined` where it can. */
export function postgresProblem(): string | undefined {
  return findBinaries() === undefined
    ? "no initdb and postgres on the path or in /usr/lib/postgresql"
    : undefined;
}

const idOf = async (flag: "-u" | "-g"): Promise<number> =>
  Number((await run("id", [flag, "postgres"])).stdout);

/** Postgres refuses to run as root; the user that Debian made for it then does. */
async function findUser(): Promise<Pick<SpawnOptions, "uid" | "gid">> {
  return getuid?.() === 0 ? { uid: await idOf("-u"), gid: await idOf("-g") } : {};
}

async function untilReady(server: ChildProcess): Promise<void> {
  const { stderr } = server;
  if (stderr === null) throw new TypeError("Cannot start Postgres: its output is not piped");
  const lines: string[] = [];
  for await (const line of createInterface(stderr)) {
    lines.push(line);
    if (line.includes("ready to accept connections")) {
      // The pipe is drained for as long as the server writes.
      stderr.resume();
      return;
    }
  }
  throw new Error(`Cannot start Postgres: it ended: ${lines.join("\n")}`);
}

/** A Postgres of its own: an empty cluster in a temporary folder, on a free port of 127.0.0.1. */
export async function startPostgres(): Promise<Postgres> {
  const binaries = findBinaries();
  if (binaries === undefined)
    throw new Error(`Cannot start Postgres: ${postgresProblem() ?? "it is gone"}`);
  const user = await findUser();
  const folder = await mkdtemp(join(tmpdir(), "banyan-postgres-"));
  if (user.uid !== undefined && user.gid !== undefined) await chown(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const init = ["-D", data, "-U", "banyan", "--auth=trust", "-E", "UTF8", "--no-sync"];
  await run(join(binaries, "initdb"), init, { cwd: folder, ...user });
  const port = await findFreePort();
  const settings = [
    ["listen_addresses", "127.0.0.1"],
    ["port", String(port)],
    ["unix_socket_directories", ""],
    // Nothing in it is worth surviving a crash.
    ["fsync", "off"],
    ["max_connections", "40"],
  ].flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(join(binaries, "postgres"), ["-D", data, ...settings], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    ...user,
  });
  const killNow = (): void => void server.kill("SIGQUIT");
  process.once("exit", killNow);
  await untilReady(server);
  return {
    url: `postgres://banyan@127.0.0.1:${port}/postgres`,
    async [Symbol.asyncDispose]() {
      process.off("exit", killNow);
      if (server.exitCode === null && server.signalCode === null) {
        // A fast shutdown: open sessions are cut.
        server.kill("SIGINT");
        await once(server, "exit");
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
