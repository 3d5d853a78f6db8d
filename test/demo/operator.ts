import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

import { z } from "zod";

import { type AdminClient, createAdminClient } from "#cli/admin-client.ts";
import { TOKEN_SECRET } from "#support/sign-token.ts";
import type { SpawnedBanyan } from "#support/spawn-banyan.ts";
import { until } from "#support/until.ts";

import { CHAT_PATH, type User } from "./load.ts";
import { ADMIN_TOKEN } from "./stage.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const ROUTE = "chat.send";

const explanationSchema = z.object({
  decision: z.object({ side: z.enum(["legacy", "native"]) }),
});
const counts = z.object({ count: z.number(), bad: z.number() });
const trip = z.object({
  signal: z.string(),
  counts: z.object({ native: counts, legacy: counts }),
});
const rowSchema = z.object({
  ceiling: z.object({ allowedPercent: z.number() }).nullable(),
  guard: z.object({ state: z.enum(["armed", "tripped"]), trip: trip.nullable() }).nullable(),
});
const driftSchema = z.object({
  routes: z.array(z.object({ routeId: z.string(), compared: z.number(), clean: z.number() })),
});

const flagsSchema = z.object({
  flags: z.array(z.object({ name: z.string(), rule: z.string() })),
});

type ChatRow = z.output<typeof rowSchema>;
export type TripShown = z.output<typeof trip>;

const ORDER = { by: "an operator", reason: "the demo" } as const;

/** A person at the dashboard of one Banyan, by the same API. */
export interface Operator {
  /** What of the chat's way to native the dashboard shows. */
  row(): Promise<ChatRow>;
  /** Answers compared, and those of them that differed in nothing but noise and what was decided. */
  compared(): Promise<{ readonly compared: number; readonly clean: number }>;
  /** The users whose chat would be native now, by their ids. */
  nativeUsers(users: readonly User[]): Promise<ReadonlySet<string>>;
  /** Gives a flag to a share of the users, and waits until that holds. */
  setFlag(flag: string, percent: number): Promise<void>;
  reset(reason: string): Promise<void>;
  pin(percent: number, reason: string): Promise<void>;
  /** Runs the contract suite against `judged` and reports here what came of it. Rejects where it is not green. */
  reportSuite(judged: SpawnedBanyan): Promise<void>;
}

const ruleOf = (percent: number): RegExp => {
  if (percent === 0) return /^never/u;
  return percent === 100 ? /^always/u : new RegExp(`^${percent} %`, "u");
};

async function explain(admin: AdminClient, { id, token }: User) {
  const headers = { authorization: `Bearer ${token}` };
  const question = { method: "POST", path: CHAT_PATH, headers };
  return { id, ...(await admin.post("/api/explain", question, explanationSchema)) };
}

export function createOperator(banyan: SpawnedBanyan): Operator {
  const admin = createAdminClient({ url: banyan.adminUrl, token: ADMIN_TOKEN, fetch });
  return {
    async row() {
      const rows = await admin.get("/api/routes", z.array(z.looseObject({ id: z.string() })));
      return rowSchema.parse(rows.find(({ id }) => id === ROUTE));
    },
    async compared() {
      const { routes } = await admin.get("/api/drift", driftSchema);
      const { compared = 0, clean = 0 } = routes.find(({ routeId }) => routeId === ROUTE) ?? {};
      return { compared, clean };
    },
    async nativeUsers(users) {
      const found = await Promise.all(users.map(async (user) => explain(admin, user)));
      return new Set(found.flatMap(({ id, decision }) => (decision.side === "native" ? id : [])));
    },
    async setFlag(flag, percent) {
      const order = { ...ORDER, percent };
      await admin.post(`/api/flags/${flag}`, order, z.unknown());
      await until(async () => {
        const held = await admin.get("/api/flags", flagsSchema);
        return held.flags.some(({ name, rule }) => name === flag && ruleOf(percent).test(rule));
      });
    },
    async reset(reason) {
      await admin.post(`/api/guard/${ROUTE}/reset`, { ...ORDER, reason }, z.unknown());
    },
    async pin(percent, reason) {
      await admin.post(`/api/pins/${ROUTE}`, { ...ORDER, reason, percent, hours: 1 }, z.unknown());
    },
    async reportSuite({ publicUrl }) {
      const target = ["--target", publicUrl.origin, "--side", "native", "--concern", "chat"];
      const report = ["--report", banyan.adminUrl.origin];
      const { PATH = "", HOME = "" } = process.env;
      const suite = spawn(process.execPath, ["src/main.ts", "verify", ...target, ...report], {
        cwd: ROOT,
        env: { PATH, HOME, ADMIN_TOKEN, SUPABASE_JWT_SECRET: TOKEN_SECRET },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      for (const stream of [suite.stdout, suite.stderr]) {
        stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
      }
      const [status] = await once(suite, "close");
      if (status !== 0) throw new Error(`The contract suite is not green: ${output}`);
    },
  };
}
