import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { findFreePort } from "#support/free-port.ts";

import { findCommand, spawnPinned, untilListening } from "../harness/spawned.ts";
import { MEASURED_CPU, type Variant } from "./variant.ts";

const toConfiguration = (folder: string, port: number, upstreamPort: number): string => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/nginx.log crit;
events { worker_connections 20000; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  client_max_body_size 0;
  keepalive_requests 1000000;
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  upstream legacy { server 127.0.0.1:${upstreamPort}; keepalive 256; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://legacy;
      proxy_http_version 1.1;
      proxy_request_buffering off;
      proxy_buffering off;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_read_timeout 3600s;
    }
  }
}
`;

export const nginx: Variant = {
  name: "nginx",
  label: "nginx, one worker, keep-alive upstream",
  isJudged: true,
  problem: () => (findCommand("nginx") === undefined ? "nginx is not installed" : undefined),
  async start({ upstreamPort, folder }) {
    const port = await findFreePort();
    const file = join(folder, "nginx.conf");
    await writeFile(file, toConfiguration(folder, port, upstreamPort));
    const spawned = spawnPinned({
      command: findCommand("nginx") ?? "nginx",
      args: ["-e", join(folder, "nginx.log"), "-c", file],
      cpu: MEASURED_CPU,
    });
    await untilListening(spawned, port);
    return {
      name: "nginx",
      port,
      pid: spawned.pid,
      [Symbol.asyncDispose]: async () => spawned[Symbol.asyncDispose](),
    };
  },
};
