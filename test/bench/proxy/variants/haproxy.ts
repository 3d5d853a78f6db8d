import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { findFreePort } from "#support/free-port.ts";

import { findCommand, spawnPinned, untilListening } from "../harness/spawned.ts";
import { MEASURED_CPU, type Variant } from "./variant.ts";

const toConfiguration = (port: number, upstreamPort: number): string => `
global
  nbthread 1
  maxconn 8000
defaults
  mode http
  option http-no-delay
  option forwardfor
  http-reuse always
  timeout connect 5s
  timeout client 3600s
  timeout server 3600s
  timeout tunnel 3600s
frontend front
  bind 127.0.0.1:${port}
  default_backend legacy
backend legacy
  server one 127.0.0.1:${upstreamPort}
`;

export const haproxy: Variant = {
  name: "haproxy",
  label: "haproxy, one thread",
  isJudged: false,
  problem: () => (findCommand("haproxy") === undefined ? "haproxy is not installed" : undefined),
  async start({ upstreamPort, folder }) {
    const port = await findFreePort();
    const file = join(folder, "haproxy.cfg");
    await writeFile(file, toConfiguration(port, upstreamPort));
    const spawned = spawnPinned({
      command: findCommand("haproxy") ?? "haproxy",
      args: ["-db", "-q", "-f", file],
      cpu: MEASURED_CPU,
    });
    await untilListening(spawned, port);
    return {
      name: "haproxy",
      port,
      pid: spawned.pid,
      [Symbol.asyncDispose]: async () => spawned[Symbol.asyncDispose](),
    };
  },
};
