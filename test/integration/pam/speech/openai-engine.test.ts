import { expect, test } from "vitest";

import { createOpenAiEngine } from "#pam/speech/engines/openai-engine.ts";
import { type Engine, resolveVoice, SpeechError } from "#pam/speech/index.ts";
import { toFakeSound } from "#support/fake-engine.ts";
import { type FakeOpenAi, startFakeOpenAi } from "#support/fake-openai.ts";

const VOICE = resolveVoice("pam_british_male");
const soon = (): AbortSignal => AbortSignal.timeout(10_000);
const engineOf = ({ baseUrl }: FakeOpenAi): Engine =>
  createOpenAiEngine({ apiKey: "sk-made", baseUrl }, fetch);

test("the provider is asked once, with the key, the text and a voice that fits", async () => {
  await using openAi = await startFakeOpenAi();
  const sound = await engineOf(openAi).synthesize("Hello", VOICE, soon());
  expect(sound).toEqual({ bytes: toFakeSound("openai"), mediaType: "audio/mpeg" });
  expect(openAi.calls).toEqual([
    {
      path: "/v1/audio/speech",
      authorization: "Bearer sk-made",
      body: {
        model: "gpt-4o-mini-tts",
        input: "Hello",
        voice: "ash",
        instructions: "Speak English with a british accent, in a professional tone.",
        response_format: "mp3",
      },
    },
  ]);
});

test("a refusal is a failure that tells its status, and nothing of the key or the answer", async () => {
  await using openAi = await startFakeOpenAi();
  openAi.answerWith((response) => response.writeHead(401).end("bad key sk-made"));
  await expect(engineOf(openAi).synthesize("Hello", VOICE, soon())).rejects.toThrow(
    new SpeechError("OpenAI answered 401"),
  );
});

test("a key goes to one address: a redirection is not followed", async () => {
  await using openAi = await startFakeOpenAi();
  await using elsewhere = await startFakeOpenAi();
  openAi.answerWith((response) =>
    response.writeHead(307, { location: `${elsewhere.baseUrl.href}/audio/speech` }).end(),
  );
  await expect(engineOf(openAi).synthesize("Hello", VOICE, soon())).rejects.toThrow(
    "OpenAI cannot be reached",
  );
  expect(elsewhere.calls).toEqual([]);
});

test("a page in place of a sound is a failure", async () => {
  await using openAi = await startFakeOpenAi();
  openAi.answerWith((response) => response.writeHead(200).end("<!doctype html>"));
  await expect(engineOf(openAi).synthesize("Hello", VOICE, soon())).rejects.toThrow(
    "The engine gave no sound",
  );
});

test("an answer that breaks off is a failure", async () => {
  await using openAi = await startFakeOpenAi();
  openAi.answerWith((response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("ID3", () => response.destroy());
  });
  await expect(engineOf(openAi).synthesize("Hello", VOICE, soon())).rejects.toThrow(
    "OpenAI cannot be reached",
  );
});

test("an answer without end is a failure", async () => {
  await using openAi = await startFakeOpenAi();
  openAi.answerWith((response) => {
    const block = Buffer.alloc(1_048_576, "ID3");
    const write = (): void => {
      if (!response.destroyed) response.write(block, write);
    };
    write();
  });
  await expect(engineOf(openAi).synthesize("Hello", VOICE, soon())).rejects.toThrow(
    "The engine gave more than 8388608 bytes",
  );
});

test("a caller who leaves ends the request with their own reason", async () => {
  await using openAi = await startFakeOpenAi();
  const caller = new AbortController();
  openAi.answerWith(() => {
    caller.abort(new Error("left"));
  });
  await expect(engineOf(openAi).synthesize("Hello", VOICE, caller.signal)).rejects.toThrow("left");
});

test("a provider that is not there is a failure", async () => {
  const gone = await startFakeOpenAi();
  await gone[Symbol.asyncDispose]();
  await expect(engineOf(gone).synthesize("Hello", VOICE, soon())).rejects.toThrow(
    "OpenAI cannot be reached",
  );
});
