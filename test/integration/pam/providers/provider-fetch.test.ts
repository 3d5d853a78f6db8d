import { expect, test } from "vitest";

import { createProviderFetch } from "#pam/providers/index.ts";
import { startFakeOpenAi } from "#support/fake-providers.ts";
import { createProvider, REQUEST } from "#support/model-fixture.ts";

const options = { model: "m", signal: new AbortController().signal };

test("a provider whose connection never comes about is a timeout, long before any answer is due", async () => {
  const connection = createProviderFetch({ connectMs: 20, lookup: () => {} });
  const provider = createProvider("openai", "http://provider.test/v1", connection.fetch);
  await expect(provider.complete(REQUEST, options)).rejects.toMatchObject({
    name: "ProviderError",
    failure: { kind: "timeout" },
  });
  await connection.close();
});

test("answers come through it as they are, whole and as streams", async () => {
  await using fake = await startFakeOpenAi();
  const connection = createProviderFetch();
  const provider = createProvider("openai", fake.baseUrl, connection.fetch);
  expect(await provider.complete(REQUEST, options)).toMatchObject({ text: "Hello" });
  const events = await Array.fromAsync(provider.stream(REQUEST, options));
  expect(events.map(({ kind }) => kind)).toEqual(["text-delta", "usage", "end"]);
  expect(fake.requests[0]?.headers["content-type"]).toBe("application/json");
  await connection.close();
});

test("an answer over the bound is cut off, whatever it holds", async () => {
  await using fake = await startFakeOpenAi();
  const connection = createProviderFetch({ maxAnswerBytes: 100 });
  const provider = createProvider("openai", fake.baseUrl, connection.fetch);
  const cut = { name: "ProviderError", failure: { kind: "network" } };
  await expect(provider.complete(REQUEST, options)).rejects.toMatchObject(cut);
  await expect(Array.fromAsync(provider.stream(REQUEST, options))).rejects.toMatchObject(cut);
  await connection.close();
});

test("a body that is no text is refused rather than left out", async () => {
  const connection = createProviderFetch();
  const body = new Blob(["x"]);
  const sent = connection.fetch("http://127.0.0.1:1", { method: "POST", body });
  await expect(sent).rejects.toThrow("A provider is asked by address and text only");
  await connection.close();
});
