/*
 * Every fault of a provider, at both providers and by either transport: which attempts are made, how much time they take, and what the caller
 * gets. The other provider is healthy and next in the chain. Random numbers are all 0.5, so that a first retry waits
 * 125 ms.
 */
import { describe, expect, test } from "vitest";

import type { FakeTurn } from "#support/fake-providers.ts";
import {
  completeToEnd,
  createModelFixture,
  streamToEnd,
  TARGETS,
  type FakeName,
  type ModelFixture,
  type Outcome,
  type Transport,
} from "#support/model-fixture.ts";

interface Fault {
  readonly name: string;
  readonly turns: readonly FakeTurn[];
  /** What happens as soon as the caller has some text. */
  readonly onText?: (fixture: ModelFixture, provider: FakeName) => void;
  /** Outcomes at the faulty provider. */
  readonly tried: readonly string[];
  readonly timeMs: number;
  /** What the caller gets; "fallback" stands for the other provider's answer. */
  readonly gets: "fallback" | Partial<Outcome>;
}

const status = (code: number, headers: Readonly<Record<string, string>> = {}): FakeTurn => ({
  kind: "status",
  status: code,
  headers,
});
const HELLO: FakeTurn = { kind: "answer", text: "Hello" };
const answered = { text: "Hello", end: "answered" };
const twice = (outcome: string): string[] => [outcome, outcome];

/** The same by way of a stream and at once. */
const EITHER_WAY: readonly Fault[] = [
  { name: "none", turns: [HELLO], tried: ["ok"], timeMs: 0, gets: answered },
  {
    name: "reset",
    turns: [{ kind: "reset" }],
    tried: twice("network"),
    timeMs: 125,
    gets: "fallback",
  },
  {
    name: "one reset",
    turns: [{ kind: "reset" }, HELLO],
    tried: ["network", "ok"],
    timeMs: 125,
    gets: answered,
  },
  { name: "408", turns: [status(408)], tried: twice("timeout"), timeMs: 125, gets: "fallback" },
  { name: "409", turns: [status(409)], tried: twice("conflict"), timeMs: 125, gets: "fallback" },
  {
    name: "429",
    turns: [status(429)],
    tried: twice("rate-limited"),
    timeMs: 125,
    gets: "fallback",
  },
  {
    name: "429, Retry-After: 1",
    turns: [status(429, { "retry-after": "1" }), HELLO],
    tried: ["rate-limited", "ok"],
    timeMs: 1_000,
    gets: answered,
  },
  {
    name: "429, retry-after-ms: 300",
    turns: [status(429, { "retry-after-ms": "300", "retry-after": "1" }), HELLO],
    tried: ["rate-limited", "ok"],
    timeMs: 300,
    gets: answered,
  },
  {
    name: "429, Retry-After: a date long past",
    turns: [status(429, { "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" }), HELLO],
    tried: ["rate-limited", "ok"],
    timeMs: 0,
    gets: answered,
  },
  {
    name: "429, Retry-After: 3, more than is waited for",
    turns: [status(429, { "retry-after": "3" })],
    tried: ["rate-limited"],
    timeMs: 0,
    gets: "fallback",
  },
  {
    name: "400, x-should-retry: true, which the SDKs would obey",
    turns: [status(400, { "x-should-retry": "true" })],
    tried: ["bad-request"],
    timeMs: 0,
    gets: { end: "failed: bad-request" },
  },
  {
    name: "500",
    turns: [status(500)],
    tried: twice("server-error"),
    timeMs: 125,
    gets: "fallback",
  },
  { name: "503", turns: [status(503)], tried: twice("overloaded"), timeMs: 125, gets: "fallback" },
  { name: "529", turns: [status(529)], tried: twice("overloaded"), timeMs: 125, gets: "fallback" },
  {
    name: "one 529",
    turns: [status(529), HELLO],
    tried: ["overloaded", "ok"],
    timeMs: 125,
    gets: answered,
  },
  { name: "401", turns: [status(401)], tried: ["not-authorized"], timeMs: 0, gets: "fallback" },
  { name: "402", turns: [status(402)], tried: ["out-of-credit"], timeMs: 0, gets: "fallback" },
  { name: "403", turns: [status(403)], tried: ["not-authorized"], timeMs: 0, gets: "fallback" },
  { name: "404", turns: [status(404)], tried: ["model-not-found"], timeMs: 0, gets: "fallback" },
  {
    name: "400",
    turns: [status(400)],
    tried: ["bad-request"],
    timeMs: 0,
    gets: { end: "failed: bad-request" },
  },
  {
    name: "413",
    turns: [status(413)],
    tried: ["request-too-large"],
    timeMs: 0,
    gets: { end: "failed: request-too-large" },
  },
  {
    name: "422",
    turns: [status(422)],
    tried: ["bad-request"],
    timeMs: 0,
    gets: { end: "failed: bad-request" },
  },
  {
    name: "broken before the first token",
    turns: [{ kind: "broken" }],
    tried: twice("malformed-answer"),
    timeMs: 125,
    gets: "fallback",
  },
  {
    name: "truncated arguments",
    turns: [
      { kind: "answer", calls: [{ name: "get_weather_forecast", arguments: '{"days": 3, "loc' }] },
    ],
    tried: ["ok"],
    timeMs: 0,
    gets: {
      end: "tool-calls",
      calls: [
        {
          kind: "unreadable",
          id: "call_0",
          name: "get_weather_forecast",
          error: "The arguments of get_weather_forecast are not a JSON object",
        },
      ],
    },
  },
  {
    name: "a tool that nobody knows",
    turns: [{ kind: "answer", calls: [{ name: "launch_rocket", arguments: "{}" }] }],
    tried: ["ok"],
    timeMs: 0,
    gets: {
      end: "tool-calls",
      calls: [{ kind: "call", id: "call_0", name: "launch_rocket", args: {} }],
    },
  },
  {
    name: "two calls in parallel, after some text",
    turns: [
      {
        kind: "answer",
        text: "Let me look.",
        calls: [
          { name: "get_weather_forecast", arguments: '{"location": "Perth", "days": 3}' },
          { name: "analyze_budget", arguments: "" },
        ],
      },
    ],
    tried: ["ok"],
    timeMs: 0,
    gets: {
      text: "Let me look.",
      end: "tool-calls",
      calls: [
        {
          kind: "call",
          id: "call_0",
          name: "get_weather_forecast",
          args: { location: "Perth", days: 3 },
        },
        { kind: "call", id: "call_1", name: "analyze_budget", args: {} },
      ],
    },
  },
];

const STREAMED: readonly Fault[] = [
  {
    name: "slow headers",
    turns: [{ kind: "slow-headers" }],
    tried: twice("timeout first"),
    timeMs: 16_125,
    gets: "fallback",
  },
  {
    name: "a stall before the first token",
    turns: [{ kind: "stall" }],
    tried: twice("timeout first"),
    timeMs: 16_125,
    gets: "fallback",
  },
  {
    name: "one stall before the first token",
    turns: [{ kind: "stall" }, HELLO],
    tried: ["timeout first", "ok"],
    timeMs: 8_125,
    gets: answered,
  },
  {
    name: "a stall after some text",
    turns: [{ kind: "stall", afterText: "Hel" }],
    onText: ({ time }) => {
      // By then the caller waits for more.
      setImmediate(time.advanceToNext);
    },
    tried: ["timeout between"],
    timeMs: 8_000,
    gets: { text: "Hel", end: "broken: timeout" },
  },
  {
    name: "a reset after some text",
    turns: [{ kind: "stall", afterText: "Hel" }],
    onText: ({ fakes }, provider) => {
      fakes[provider].resetOpen();
    },
    tried: ["network"],
    timeMs: 0,
    gets: { text: "Hel", end: "broken: network" },
  },
  {
    name: "a broken event after some text",
    turns: [{ kind: "broken", afterText: "Hel" }],
    tried: ["malformed-answer"],
    timeMs: 0,
    gets: { text: "Hel", end: "broken: malformed-answer" },
  },
  {
    name: "an end in good order before the first token",
    turns: [{ kind: "cut-short" }],
    tried: twice("malformed-answer"),
    timeMs: 125,
    gets: "fallback",
  },
  {
    name: "an end in good order after some text",
    turns: [{ kind: "cut-short", afterText: "Hel" }],
    tried: ["malformed-answer"],
    timeMs: 0,
    gets: { text: "Hel", end: "broken: malformed-answer" },
  },
  {
    name: "overload, told in the stream",
    turns: [{ kind: "streamed-error", type: "overloaded_error" }, HELLO],
    tried: ["overloaded", "ok"],
    timeMs: 125,
    gets: answered,
  },
  {
    name: "a bad request, told in the stream",
    turns: [{ kind: "streamed-error", type: "invalid_request_error" }],
    tried: ["bad-request"],
    timeMs: 0,
    gets: { end: "failed: bad-request" },
  },
  {
    name: "an error that nobody knows, told in the stream after some text",
    turns: [{ kind: "streamed-error", type: "bad_hair_day", afterText: "Hel" }],
    tried: ["server-error"],
    timeMs: 0,
    gets: { text: "Hel", end: "broken: server-error" },
  },
  {
    name: "a stream without end, as fast as it is read",
    turns: [{ kind: "endless", text: "x".repeat(16_000) }],
    tried: ["malformed-answer"],
    timeMs: 0,
    gets: { text: "x".repeat(64_000), end: "broken: malformed-answer" },
  },
  {
    name: "a stream without end, slowly",
    turns: [{ kind: "endless", text: "x" }],
    onText: ({ time }) => {
      time.advance(60_000);
    },
    tried: ["timeout total"],
    timeMs: 60_000,
    gets: { text: "x", end: "broken: timeout" },
  },
];

/** Without pieces there is no first token: the whole attempt is timed, and its middle may be tried again. */
const AT_ONCE: readonly Fault[] = [
  {
    name: "slow headers",
    turns: [{ kind: "slow-headers" }],
    tried: twice("timeout total"),
    timeMs: 12_000 + 125 + 10_000,
    gets: "fallback",
  },
  {
    name: "a stall in the middle of the body",
    turns: [{ kind: "stall" }, HELLO],
    tried: ["timeout total", "ok"],
    timeMs: 12_000 + 125,
    gets: answered,
  },
  {
    name: "a body that ends in its middle",
    turns: [{ kind: "cut-short" }, HELLO],
    tried: ["malformed-answer", "ok"],
    timeMs: 125,
    gets: answered,
  },
];

const FALLBACK = { kind: "answer", text: "From the other provider" } as const;
const OTHER = { anthropic: "openai", openai: "anthropic" } as const;

function expected({ tried, timeMs, gets }: Fault, provider: FakeName): Outcome {
  const attempts = tried.map((outcome) => `${provider} ${outcome}`);
  if (gets !== "fallback") return { text: "", calls: [], end: "", ...gets, attempts, timeMs };
  const other = `${OTHER[provider]} ok`;
  const { text } = FALLBACK;
  return { text, calls: [], end: "answered", attempts: [...attempts, other], timeMs };
}

async function prepare(fault: Fault, { provider, transport }: Variant): Promise<ModelFixture> {
  const fixture = await createModelFixture(transport);
  fixture.fakes[provider].script(...fault.turns);
  fixture.fakes[OTHER[provider]].script(FALLBACK);
  return fixture;
}

/**
 * Whatever happened, nobody but the policy has tried again, and nothing is left behind: no timer, and no answer that
 * is still being read.
 */
async function expectClean({ time, fakes, records }: ModelFixture): Promise<void> {
  const requests = Object.values(fakes).flatMap((fake) => fake.requests);
  expect(requests).toHaveLength(records.length);
  expect(time.pendingTimers).toBe(0);
  await Promise.all(Object.values(fakes).map(async (fake) => fake.idle()));
}

interface Variant {
  readonly provider: FakeName;
  readonly transport: Transport;
}

const VARIANTS: readonly Variant[] = [
  { provider: "anthropic", transport: "sdk" },
  { provider: "openai", transport: "sdk" },
  { provider: "openai", transport: "fetch" },
];

describe.each(VARIANTS)("$provider by $transport", (variant) => {
  const { provider, transport } = variant;
  const chain = [TARGETS[provider], TARGETS[OTHER[provider]]];

  test.each([...EITHER_WAY, ...STREAMED])("a stream with fault: $name", async (fault) => {
    await using fixture = await prepare(fault, variant);
    const outcome = await streamToEnd(fixture, fixture.call(chain), () =>
      fault.onText?.(fixture, provider),
    );
    expect(outcome).toEqual(expected(fault, provider));
    await expectClean(fixture);
  });

  test.each([...EITHER_WAY, ...AT_ONCE])("a whole answer with fault: $name", async (fault) => {
    await using fixture = await prepare(fault, variant);
    const outcome = await completeToEnd(fixture, fixture.call(chain));
    expect(outcome).toEqual(expected(fault, provider));
    await expectClean(fixture);
  });

  test("a provider that refuses connections is tried twice, then the other one", async () => {
    await using fixture = await createModelFixture(transport);
    fixture.fakes[OTHER[provider]].script(FALLBACK);
    await fixture.fakes[provider][Symbol.asyncDispose]();
    const { text, attempts, timeMs } = await streamToEnd(fixture, fixture.call(chain));
    expect(text).toBe("From the other provider");
    expect(attempts).toEqual([
      `${provider} network`,
      `${provider} network`,
      `${OTHER[provider]} ok`,
    ]);
    expect(timeMs).toBe(125);
  });

  test("where every provider fails, three attempts are made and the last failure is told", async () => {
    await using fixture = await createModelFixture(transport);
    for (const fake of Object.values(fixture.fakes)) fake.script(status(500));
    const { end, attempts } = await streamToEnd(fixture, fixture.call(chain));
    expect(end).toBe("failed: server-error");
    expect(attempts).toEqual([
      `${provider} server-error`,
      `${provider} server-error`,
      `${OTHER[provider]} server-error`,
    ]);
  });
});
