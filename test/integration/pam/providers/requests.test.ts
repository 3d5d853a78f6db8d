import { describe, expect, test, vi } from "vitest";

import type { ProviderName } from "#pam/providers/index.ts";
import { startFakeAnthropic, startFakeOpenAi, type FakeProvider } from "#support/fake-providers.ts";
import { createProvider, REQUEST } from "#support/model-fixture.ts";

const FAKES = {
  anthropic: startFakeAnthropic,
  deepseek: startFakeOpenAi,
  openai: startFakeOpenAi,
} as const satisfies Record<ProviderName, () => Promise<FakeProvider>>;

const options = (): { model: string; signal: AbortSignal } => ({
  model: "the-model",
  signal: new AbortController().signal,
});

describe.each(["anthropic", "deepseek", "openai"] as const)("%s", (name) => {
  test("a stream and a whole answer of the same say the same", async () => {
    await using fake = await FAKES[name]();
    fake.script({
      kind: "answer",
      text: "Let me look.",
      calls: [{ name: "get_weather_forecast", arguments: '{"days":3}' }],
    });
    const provider = createProvider(name, fake.baseUrl);
    const answer = await provider.complete(REQUEST, options());
    const events = await Array.fromAsync(provider.stream(REQUEST, options()));
    expect(answer).toEqual({
      text: events.map((event) => (event.kind === "text-delta" ? event.text : "")).join(""),
      toolCalls: events.flatMap((event) => (event.kind === "tool-call" ? [event.call] : [])),
      usage: { inputTokens: 11, outputTokens: 7 },
      reason: "tool-calls",
    });
    expect(events.slice(-2)).toEqual([
      { kind: "usage", usage: answer.usage },
      { kind: "end", reason: "tool-calls" },
    ]);
  });

  test("the request carries the key, the model and what was said", async () => {
    await using fake = await FAKES[name]();
    await createProvider(name, fake.baseUrl).complete(REQUEST, options());
    const [request] = fake.requests;
    const { authorization, "x-api-key": key } = request?.headers ?? {};
    expect(authorization ?? key).toMatch(/^(?:Bearer )?key-of-a-fake$/u);
    expect(request?.body["model"]).toBe("the-model");
    expect(JSON.stringify(request?.body)).toContain("What is the weather?");
    // What an SDK counts as its own retries: the policy alone tries again.
    expect(request?.headers["x-stainless-retry-count"]).toBe("0");
  });
});

test("addresses, organizations and tokens of the environment do not reach a provider", async () => {
  for (const [variable, value] of Object.entries({
    OPENAI_BASE_URL: "http://127.0.0.1:1",
    OPENAI_ORG_ID: "org-of-the-environment",
    OPENAI_PROJECT_ID: "project-of-the-environment",
    ANTHROPIC_BASE_URL: "http://127.0.0.1:1",
    ANTHROPIC_AUTH_TOKEN: "token-of-the-environment",
  })) {
    vi.stubEnv(variable, value);
  }
  try {
    await using openAi = await startFakeOpenAi();
    await using anthropic = await startFakeAnthropic();
    await createProvider("openai", openAi.baseUrl).complete(REQUEST, options());
    await createProvider("anthropic", anthropic.baseUrl).complete(REQUEST, options());
    const headers = JSON.stringify([...openAi.requests, ...anthropic.requests]);
    expect(headers).not.toContain("of-the-environment");
  } finally {
    vi.unstubAllEnvs();
  }
});
