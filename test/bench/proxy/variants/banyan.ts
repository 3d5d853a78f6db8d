import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { findFreePort } from "#support/free-port.ts";
import { TOKEN_SECRET } from "#support/sign-token.ts";

import { spawnPinned, untilListening } from "../harness/spawned.ts";
import { MEASURED_CPU, type RunningVariant, type Variant } from "./variant.ts";

export interface RunningBanyan extends RunningVariant {
  /** Replaces the flags: name → share of the cohorts in per cent. */
  setFlags(flags: Readonly<Record<string, number>>): Promise<void>;
}

export interface BanyanOptions {
  readonly flags: Readonly<Record<string, number>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: the processor of what is measured; `undefined`: any. */
  readonly cpu?: number | undefined;
}

const toDocument = (flags: Readonly<Record<string, number>>): string =>
  JSON.stringify({
    version: 2,
    features: Object.entries(flags).map(([name, rollout]) => ({
      name,
      type: "release",
      enabled: true,
      project: "default",
      stale: false,
      strategies: [
        {
          name: "flexibleRollout",
          parameters: { rollout: String(rollout), stickiness: "userId", groupId: "pam" },
          constraints: [],
        },
      ],
      variants: [],
    })),
  });

/** Banyan as `npm start` runs it, log and all; only its ports, its upstream and its flags are given. */
export async function startBanyan(
  name: string,
  { upstreamPort, folder }: { readonly upstreamPort: number; readonly folder: string },
  { flags, environment = {}, ...placed }: BanyanOptions,
): Promise<RunningBanyan> {
  const [port, adminPort] = [await findFreePort(), await findFreePort()];
  const file = join(folder, `${name}-flags.json`);
  const setFlags: RunningBanyan["setFlags"] = async (next) => writeFile(file, toDocument(next));
  await setFlags(flags);
  const spawned = spawnPinned({
    command: process.execPath,
    args: ["src/main.ts", "serve"],
    environment: {
      NODE_ENV: "production",
      PORT: String(port),
      ADMIN_PORT: String(adminPort),
      LEGACY_URL: `http://127.0.0.1:${upstreamPort}`,
      FLAGS_FILE: file,
      SUPABASE_JWT_SECRET: TOKEN_SECRET,
      ...environment,
    },
    cpu: "cpu" in placed ? placed.cpu : MEASURED_CPU,
    stdio: ["ignore", "ignore", "pipe"],
  });
  await untilListening(spawned, port);
  return {
    name,
    port,
    pid: spawned.pid,
    setFlags,
    [Symbol.asyncDispose]: async () => spawned[Symbol.asyncDispose](),
  };
}

/** Flags that exist and are evaluated, and send nobody away: the legacy leg with everything on. */
export const LEGACY_FLAGS: Readonly<Record<string, number>> = Object.fromEntries(
  [
    "chat",
    "ws",
    "tts",
    "analytics",
    "cache",
    "security",
    "agentic",
    "chat.send",
    "chat.health",
  ].map((name) => [`pam.${name}`, 0]),
);

export const banyan: Variant = {
  name: "banyan",
  label: "Banyan, flags, metrics, request ids and log on",
  isJudged: true,
  problem: () => undefined,
  start: async (context) => startBanyan("banyan", context, { flags: LEGACY_FLAGS }),
};

/** The same with everyone's exchanges looked at. */
export const banyanWatched: Variant = {
  name: "banyan-watched",
  label: "Banyan, hand-off and shadow on for everybody",
  isJudged: false,
  problem: () => undefined,
  start: async (context) =>
    startBanyan("banyan-watched", context, {
      flags: { ...LEGACY_FLAGS, "pam.handoff": 100, "pam.chat.shadow": 100 },
    }),
};
