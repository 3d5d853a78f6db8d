import { z } from "zod";

/** Calls of Unleash's admin API; each throws for any answer but a good one. Flags live in `development`. */
export interface UnleashAdmin {
  /** A flag that is disabled, with a rollout to everybody, drawn by user id in group `pam`. */
  createFlag(name: string): Promise<void>;
  setRollout(name: string, percent: number): Promise<void>;
  enable(name: string): Promise<void>;
  disable(name: string): Promise<void>;
  /** Takes the flag away. */
  archiveFlag(name: string): Promise<void>;
  /** How often the flag came out on and off in the last hour, by what clients reported. */
  usageOf(name: string): Promise<{ readonly yes: number; readonly no: number }>;
}

const strategiesSchema = z.array(z.object({ id: z.string() }));
const usageSchema = z.object({
  lastHourUsage: z.array(z.object({ yes: z.number(), no: z.number() })),
});

const FEATURES = "/projects/default/features";
const inEnvironment = (name: string): string => `${FEATURES}/${name}/environments/development`;

const rollout = (percent: number): object => ({
  name: "flexibleRollout",
  parameters: { rollout: String(percent), stickiness: "userId", groupId: "pam" },
  constraints: [],
});

export function createUnleashAdmin(url: string, token: string): UnleashAdmin {
  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${url}/admin${path}`, {
      method,
      headers: { authorization: token, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Unleash answered ${response.status} to ${path}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }
  return {
    async createFlag(name) {
      await call("POST", FEATURES, { name, type: "release" });
      await call("POST", `${inEnvironment(name)}/strategies`, rollout(100));
    },
    async setRollout(name, percent) {
      const path = `${inEnvironment(name)}/strategies`;
      const [strategy] = strategiesSchema.parse(await call("GET", path));
      await call("PUT", `${path}/${strategy?.id ?? ""}`, rollout(percent));
    },
    async enable(name) {
      await call("POST", `${inEnvironment(name)}/on`);
    },
    async disable(name) {
      await call("POST", `${inEnvironment(name)}/off`);
    },
    async archiveFlag(name) {
      await call("DELETE", `${FEATURES}/${name}`);
    },
    async usageOf(name) {
      const answer = await call("GET", `/client-metrics/features/${name}`);
      const { lastHourUsage } = usageSchema.parse(answer);
      const sum = (side: "yes" | "no"): number =>
        lastHourUsage.reduce((total, usage) => total + usage[side], 0);
      return { yes: sum("yes"), no: sum("no") };
    },
  };
}
