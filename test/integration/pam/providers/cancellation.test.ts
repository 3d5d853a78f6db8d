import { describe, expect, test } from "vitest";

import {
  createModelFixture,
  TARGETS,
  type FakeName,
  type Transport,
} from "#support/model-fixture.ts";

const VARIANTS: readonly { readonly provider: FakeName; readonly transport: Transport }[] = [
  { provider: "anthropic", transport: "sdk" },
  { provider: "openai", transport: "sdk" },
  { provider: "openai", transport: "fetch" },
];

describe.each(VARIANTS)("$provider by $transport", ({ provider, transport }) => {
  const chain = [TARGETS[provider]];

  test("a turn that is cancelled in the middle of a stream takes its request with it", async () => {
    await using fixture = await createModelFixture(transport);
    const { fakes, runner, records, time } = fixture;
    fakes[provider].script({ kind: "stall", afterText: "Hel" });
    const controller = new AbortController();
    const stream = runner.stream(fixture.call(chain, { signal: controller.signal }));
    expect(await stream.next()).toMatchObject({ value: { text: "Hel" } });
    const gone = new Error("the user went away");
    controller.abort(gone);
    await expect(stream.next()).rejects.toBe(gone);
    await fakes[provider].idle();
    expect(records.map(({ outcome }) => outcome)).toEqual(["cancelled"]);
    expect(time.pendingTimers).toBe(0);
  });

  test("a turn that is cancelled before an answer begins takes its request with it", async () => {
    await using fixture = await createModelFixture(transport);
    const { fakes, runner, records } = fixture;
    const controller = new AbortController();
    const gone = new Error("the deadline has passed");
    fakes[provider].onStall(() => controller.abort(gone));
    fakes[provider].script({ kind: "slow-headers" });
    const call = fixture.call(chain, { signal: controller.signal });
    await expect(runner.complete(call)).rejects.toBe(gone);
    await fakes[provider].idle();
    expect(records.map(({ outcome }) => outcome)).toEqual(["cancelled"]);
  });

  test("a consumer that stops in the middle of a stream ends its request", async () => {
    await using fixture = await createModelFixture(transport);
    const { fakes, runner, records } = fixture;
    fakes[provider].script({ kind: "endless", text: "x" });
    for await (const event of runner.stream(fixture.call(chain))) {
      expect(event).toEqual({ kind: "text-delta", text: "x" });
      break;
    }
    await fakes[provider].idle();
    expect(records.map(({ outcome }) => outcome)).toEqual(["cancelled"]);
  });
});
