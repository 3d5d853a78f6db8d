import { z } from "zod";

import { AppError, toMessage } from "#platform/errors.ts";
import type { FlagEditor } from "#platform/flags/editor/flag-editor.ts";
import { toPlace } from "#platform/flags/editor/unleash-place.ts";
import { toRule } from "#platform/flags/flag-rule.ts";
import { flagSchema, type FlagDefinition, type Strategy } from "#platform/flags/flags-document.ts";
import { type FlagSetting, toRolloutStrategy } from "#platform/flags/flags-file.ts";

const TIMEOUT_MS = 5_000;

const environmentSchema = z.object({
  name: z.string(),
  enabled: z.boolean(),
  strategies: z.array(flagSchema.shape.strategies.element.extend({ id: z.string() })).default([]),
});
const featureSchema = z.object({ environments: z.array(environmentSchema) });
type Environment = z.infer<typeof environmentSchema>;

export interface UnleashEditorOptions {
  /** The API's base, such as `https://unleash.example/api`. */
  readonly url: string;
  /** An admin or service-account token; it is sent to that server alone. */
  readonly token: string;
  /** The backend token that flags are read with, `project:environment.secret`: it names where to change them. */
  readonly clientToken: string;
  readonly fetch: typeof globalThis.fetch;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

function refuse(detail: string, cause?: unknown): never {
  throw new AppError("FLAG_NOT_CHANGED", detail, { detail, cause });
}

function toPercent(setting: Exclude<FlagSetting, "off">): number {
  return setting === "on" ? 100 : setting;
}

/** The same draw with another share; what draws nobody becomes a draw. */
function withRollout(strategy: Environment["strategies"][number], percent: number): Strategy {
  if (strategy.name !== "flexibleRollout") return toRolloutStrategy(percent);
  const { parameters, constraints, segments } = strategy;
  return {
    name: strategy.name,
    parameters: { ...parameters, rollout: String(percent) },
    constraints: constraints ?? [],
    ...(segments !== undefined && segments !== null && { segments }),
  };
}

const toDefinition = (name: string, { enabled, strategies }: Environment): FlagDefinition => ({
  name,
  enabled,
  strategies,
});

/**
 * Changes flags by Unleash's admin API, in one project and environment. A flag with several strategies is refused: which
 * of them is meant is for a person to say there. Unleash's own log names the token; it has no place for `by`.
 */
export function createUnleashFlagEditor({
  url,
  token,
  clientToken,
  fetch,
}: UnleashEditorOptions): FlagEditor {
  const { project, environment } = toPlace(clientToken);
  const features = `/projects/${encodeURIComponent(project)}/features`;
  const pathOf = (flag: string): string => `${features}/${encodeURIComponent(flag)}`;
  const within = (flag: string): string =>
    `${pathOf(flag)}/environments/${encodeURIComponent(environment)}`;

  async function ask(method: string, path: string, body?: object): Promise<Answer> {
    try {
      const response = await fetch(`${url}/admin${path}`, {
        method,
        headers: { authorization: token, "content-type": "application/json" },
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
    } catch (error) {
      return refuse(`Unleash's admin API gave no answer: ${toMessage(error)}`, error);
    }
  }

  async function call(method: string, path: string, body?: object): Promise<void> {
    const { status } = await ask(method, path, body);
    if (status >= 400) refuse(`Unleash answered ${status} to ${method} ${path}`);
  }

  /** `undefined`: there is no such flag in the project. */
  async function find(flag: string): Promise<Environment | undefined> {
    const { status, body } = await ask("GET", pathOf(flag));
    if (status === 404) return undefined;
    if (status === 401 || status === 403) refuse(`Unleash answered ${status}: see the admin token`);
    const feature = featureSchema.safeParse(body);
    const found = feature.data?.environments.find(({ name }) => name === environment);
    return found ?? refuse(`Unleash (${status}) knows no environment ${environment} of ${flag}`);
  }

  async function roll(flag: string, known: Environment | undefined, percent: number) {
    const [strategy, second] = known?.strategies ?? [];
    if (second !== undefined) {
      refuse(`${flag} has several strategies in Unleash: change it there`);
    }
    if (strategy === undefined) {
      await call("POST", `${within(flag)}/strategies`, toRolloutStrategy(percent));
    } else {
      const path = `${within(flag)}/strategies/${encodeURIComponent(strategy.id)}`;
      await call("PUT", path, withRollout(strategy, percent));
    }
    await call("POST", `${within(flag)}/on`);
  }

  return {
    async set(flag, setting) {
      const known = await find(flag);
      if (known === undefined) await call("POST", features, { name: flag, type: "release" });
      if (setting === "off") await call("POST", `${within(flag)}/off`);
      else await roll(flag, known, toPercent(setting));
      const now = await find(flag);
      const ruleOf = (at: Environment | undefined): string =>
        at === undefined ? "not set" : toRule(toDefinition(flag, at));
      return { flag, from: ruleOf(known), to: ruleOf(now) };
    },
  };
}
