import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { findFreePort } from "#support/free-port.ts";

import { findCommand, spawnPinned, untilListening } from "../harness/spawned.ts";

const toConfiguration = (folder: string, port: number): string => `
daemon off;
worker_processes 1;
pid ${folder}/cheap.pid;
error_log ${folder}/cheap.log crit;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${folder}/cheap-body;
  proxy_temp_path ${folder}/cheap-proxy;
  fastcgi_temp_path ${folder}/cheap-fastcgi;
  uwsgi_temp_path ${folder}/cheap-uwsgi;
  scgi_temp_path ${folder}/cheap-scgi;
  keepalive_requests 100000000;
  server {
    listen 127.0.0.1:${port};
    location / {
      default_type application/json;
      add_header cache-control "no-store, no-cache, must-revalidate, private";
      add_header x-content-type-options nosniff;
      add_header x-request-id 0123456789abcdef;
      return 200 '{"status":"healthy","detail":"${"x".repeat(265)}"}';
    }
  }
}
`;

/**
 * What stands behind, by nginx: it leaves nearly all of the processors to what is measured. `undefined` where there is no
 * nginx.
 */
export async function startCheapUpstream(
  folder: string,
): Promise<(AsyncDisposable & { readonly port: number }) | undefined> {
  const command = findCommand("nginx");
  if (command === undefined) return undefined;
  const port = await findFreePort();
  const file = join(folder, "cheap.conf");
  await writeFile(file, toConfiguration(folder, port));
  const spawned = spawnPinned({
    command,
    args: ["-e", join(folder, "cheap.log"), "-c", file],
    cpu: undefined,
  });
  await untilListening(spawned, port);
  return { port, [Symbol.asyncDispose]: async () => spawned[Symbol.asyncDispose]() };
}
