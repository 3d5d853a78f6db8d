import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { toMessage } from "#platform/errors.ts";
import { findFreePort } from "#support/free-port.ts";
import { installUnleash, UNLEASH_ENTRY } from "#support/install-unleash.ts";
import { postgresProblem, startPostgres } from "#support/postgres.ts";
import { createUnleashAdmin, type UnleashAdmin } from "#support/unleash-admin.ts";

const ADMIN_TOKEN = "*:*.banyan-test-admin-token";
const CLIENT_TOKEN = "default:development.banyan-test-client-token";
const START_MS = 60_000;
const HEALTH_POLL_MS = 50;

/** A real Unleash server with a database of its own. */
export interface UnleashServer extends UnleashAdmin, AsyncDisposable {
  /** The base of its API, which clients poll: `http://127.0.0.1:<port>/api`. */
  readonly url: string;
  /** A backend token of the environment `development`. */
  readonly clientToken: string;
  readonly adminToken: string;
  /** Ends the server, not its database; `restart` brings it back on the same port. */
  stop(): Promise<void>;
  restart(): Promise<void>;
}

/** Why Unleash cannot be started here; `undefined` where it can. Installs it where it is missing. */
export async function unleashProblem(): Promise<string | undefined> {
  const problem = postgresProblem();
  if (problem !== undefined) return problem;
  try {
    await installUnleash();
    return undefined;
  } catch (error) {
    return `unleash-server cannot be installed: ${toMessage(error)}`;
  }
}

async function untilHealthy(port: number, server: ChildProcess): Promise<void> {
  const limit = AbortSignal.timeout(START_MS);
  const ask = async (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  // oxlint-disable-next-line no-await-in-loop -- one question after the other
  while (!(await ask())) {
    if (server.exitCode !== null) throw new Error(`it ended with status ${server.exitCode}`);
    if (limit.aborted) throw new Error(`it is not healthy after ${START_MS} ms`);
    // oxlint-disable-next-line no-await-in-loop -- one question after the other
    await delay(HEALTH_POLL_MS);
  }
}

async function launch(databaseUrl: string, port: number): Promise<ChildProcess> {
  const server = spawn(process.execPath, [UNLEASH_ENTRY], {
    cwd: dirname(UNLEASH_ENTRY),
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      NODE_ENV: "production",
      TZ: "UTC",
      DATABASE_URL: databaseUrl,
      DATABASE_SSL: "false",
      HTTP_HOST: "127.0.0.1",
      HTTP_PORT: String(port),
      LOG_LEVEL: "warn",
      CHECK_VERSION: "false",
      SEND_TELEMETRY: "false",
      INIT_ADMIN_API_TOKENS: ADMIN_TOKEN,
      INIT_BACKEND_API_TOKENS: CLIENT_TOKEN,
    },
  });
  let output = "";
  for (const stream of [server.stdout, server.stderr])
    stream.on("data", (chunk) => (output += String(chunk)));
  try {
    await untilHealthy(port, server);
    return server;
  } catch (error) {
    server.kill("SIGKILL");
    throw new Error(`Cannot start Unleash: ${toMessage(error)}: ${output}`, { cause: error });
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill("SIGTERM");
  await once(server, "exit");
}

/** Takes some seconds, and longer where unleash-server is not installed yet. */
export async function startUnleash(): Promise<UnleashServer> {
  await installUnleash();
  await using resources = new AsyncDisposableStack();
  const postgres = resources.use(await startPostgres());
  const port = await findFreePort();
  let server = await launch(postgres.url, port);
  const killNow = (): void => void server.kill("SIGKILL");
  process.once("exit", killNow);
  const owned = resources.move();
  const url = `http://127.0.0.1:${port}/api`;
  return {
    ...createUnleashAdmin(url, ADMIN_TOKEN),
    url,
    clientToken: CLIENT_TOKEN,
    adminToken: ADMIN_TOKEN,
    stop: async () => end(server),
    async restart() {
      await end(server);
      server = await launch(postgres.url, port);
    },
    async [Symbol.asyncDispose]() {
      process.off("exit", killNow);
      await end(server);
      await owned.disposeAsync();
    },
  };
}
