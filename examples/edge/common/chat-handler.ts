import {
  createBreakers,
  createFetchChatCompletions,
  createModelRunner,
  detectComplexity,
  DIALECTS,
  estimateTokens,
  ModelCallError,
  PROVIDER_POLICY,
  PURPOSES,
  routeModel,
  selectModels,
  type ModelMessage,
  type ModelProvider,
} from "banyan/policy";
import {
  chatCompletionsFormat,
  createOutsideServices,
  getToolFunctionMap,
  getToolSchemas,
} from "banyan/tools";
import { z } from "zod";

import { runTurn } from "./run-turn.ts";
import { verifyUser } from "./verify-user.ts";

/** Reads one variable of the platform's environment. */
export type ReadVariable = (name: string) => string | undefined;

export type ChatHandler = (request: Request) => Promise<Response>;

/** What works without a database. */
const EDGE_TOOLS = new Set([
  "calculate_gas_cost",
  "categorize_transaction",
  "estimate_travel_time",
  "get_road_conditions",
  "get_weather_forecast",
  "seasonal_weather_check",
]);

const bodySchema = z.object({
  message: z.string().trim().min(1).max(4_000),
  conversation_history: z
    .array(z.object({ role: z.enum(["user", "assistant"]), content: z.string().max(8_000) }))
    .max(20)
    .default([]),
});

function createProviders(read: ReadVariable): ReadonlyMap<string, ModelProvider> {
  const places = [
    { name: "openai", variable: "OPENAI", home: "https://api.openai.com/v1" },
    { name: "deepseek", variable: "DEEPSEEK", home: "https://api.deepseek.com" },
  ] as const;
  const providers = places.flatMap(({ name, variable, home }) => {
    const apiKey = read(`${variable}_API_KEY`);
    if (apiKey === undefined) return [];
    const baseUrl = read(`${variable}_BASE_URL`) ?? home;
    const format = chatCompletionsFormat;
    return createFetchChatCompletions({ name, apiKey, baseUrl, format, dialect: DIALECTS[name] });
  });
  return new Map(providers.map((provider) => [provider.name, provider]));
}

const toMessage = ({
  role,
  content,
}: z.output<typeof bodySchema>["conversation_history"][number]): ModelMessage =>
  role === "user" ? { role, text: content } : { role, text: content, toolCalls: [] };

const refuse = (status: number, error: string): Response => Response.json({ error }, { status });

async function readBody(request: Request): Promise<z.output<typeof bodySchema> | undefined> {
  try {
    return bodySchema.safeParse(await request.json()).data;
  } catch {
    return undefined;
  }
}

/**
 * The chat of PAM as one function from `Request` to `Response`, for any platform that has them. Build it once: its
 * breakers live as long as the isolate does.
 */
export function createChatHandler(read: ReadVariable): ChatHandler {
  const providers = createProviders(read);
  const models = selectModels(providers.keys());
  const breakers = createBreakers();
  const runner = createModelRunner({ providers, breakers });
  const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
  const services = createOutsideServices({ fetch: globalThis.fetch, clock, keys: {} });
  const callables = getToolFunctionMap({ ...services, clock });
  const tools = getToolSchemas().filter(({ name }) => EDGE_TOOLS.has(name));
  const jwtSecret = read("SUPABASE_JWT_SECRET");

  return async (request) => {
    if (request.method !== "POST") return refuse(405, "Method Not Allowed");
    const userId = jwtSecret === undefined ? undefined : await verifyUser(request, jwtSecret);
    if (userId === undefined) return refuse(401, "Authentication failed");
    const body = await readBody(request);
    if (body === undefined) return refuse(400, "A message of 1 to 4000 characters is required");

    const messages = [
      ...body.conversation_history.map(toMessage),
      { role: "user" as const, text: body.message },
    ];
    const route = routeModel(
      {
        tier: "free",
        complexity: detectComplexity(body.message).complexity,
        needsTools: true,
        inputTokens: estimateTokens(JSON.stringify([messages, tools]).length),
        maxOutputTokens: PURPOSES["after-tools"].maxOutputTokens,
      },
      { models, isHealthy: (target) => breakers.of(target).state !== "open" },
    );
    if (route === undefined) return refuse(503, "No AI provider is configured");
    const deadline = AbortSignal.timeout(PROVIDER_POLICY.turnMs);
    const signal = AbortSignal.any([request.signal, deadline]);
    try {
      const { chain } = route;
      const turn = { messages, chain, tools, userId, signal };
      return Response.json(await runTurn(turn, { runner, callables }));
    } catch (error) {
      if (!(error instanceof ModelCallError) && !deadline.aborted) throw error;
      return refuse(503, "The AI service is temporarily unavailable: please try again shortly");
    }
  };
}
