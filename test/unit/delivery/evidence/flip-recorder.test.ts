import { describe, expect, test } from "vitest";

import {
  createFlipRecorder,
  createMemoryLedger,
  type EvidenceLedger,
} from "#delivery/evidence/index.ts";
import type { FlagLog, LoggedFlip } from "#platform/flags/index.ts";
import { createManualTime } from "#support/manual-scheduler.ts";

const SETTLE_MS = 5_000;

/** Flags that a test changes. */
function createFakeFlags() {
  const listeners = new Set<() => void>();
  let rules: Readonly<Record<string, string>> = {};
  let isAnswered = false;
  return {
    set(next: Readonly<Record<string, string>>) {
      rules = next;
      isAnswered = true;
      for (const listener of listeners) listener();
    },
    list: () =>
      Object.entries(rules).map(([name, rule]) => ({ name, enabled: rule !== "never", rule })),
    freshness: () =>
      ({
        state: isAnswered ? "fresh" : "offline",
        source: "file",
        ageMs: isAnswered ? 0 : undefined,
        problem: undefined,
      }) as const,
    onChange(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A log that a test writes. */
function createFakeLog() {
  const written: LoggedFlip[] = [];
  let isAway = false;
  const log: FlagLog = {
    name: "log",
    async newestId() {
      if (isAway) throw new Error("away");
      return written.at(-1)?.id ?? 0;
    },
    async after(id) {
      if (isAway) throw new Error("away");
      const flips = written.filter((flip) => flip.id > id);
      return { flips, lastId: written.at(-1)?.id ?? id, isCut: false };
    },
  };
  return {
    log,
    away: (value: boolean): void => {
      isAway = value;
    },
    add: (flip: Partial<LoggedFlip> & { readonly id: number }): void => {
      const facts = { atMs: 1_000_000, flag: "pam.chat", from: "never", to: "enabled", by: "ada" };
      written.push({ ...facts, isByToken: false, ...flip });
    },
  };
}

const settle = async (): Promise<void> => new Promise(setImmediate);

function start({
  log,
  ledger = createMemoryLedger(),
  flags = createFakeFlags(),
  time = createManualTime(1_000_000),
}: {
  log?: FlagLog;
  ledger?: EvidenceLedger;
  flags?: ReturnType<typeof createFakeFlags>;
  time?: ReturnType<typeof createManualTime>;
} = {}) {
  const warnings: unknown[] = [];
  const recorder = createFlipRecorder({
    flags,
    log,
    ledger,
    isOwn: (flag) => flag.startsWith("pam."),
    routeOf: (flag) => (flag === "pam.chat.send" ? "chat.send" : "*"),
    buildId: "b1",
    clock: time.clock,
    scheduler: time.scheduler,
    logger: { warn: (facts: unknown) => warnings.push(facts) },
  });
  return {
    recorder,
    flags,
    ledger,
    time,
    warnings,
    pass: async (ms = SETTLE_MS): Promise<void> => {
      time.advance(ms);
      await settle();
    },
    flips: async (): Promise<readonly string[]> => {
      const entries = await ledger.latest({ kinds: ["flip"], limit: 100 });
      return entries
        .toReversed()
        .flatMap((entry) =>
          entry.kind === "flip"
            ? [`${entry.by}: ${entry.flag} ${entry.from} → ${entry.to} (${entry.reason ?? ""})`]
            : [],
        );
    },
  };
}

const order = (flag: string, to: string, atMs = 1_000_000) =>
  ({
    kind: "flip",
    routeId: "*",
    buildId: "b1",
    atMs,
    flag,
    from: "never",
    to,
    by: "grace",
    reason: "go",
  }) as const;

describe("with the log of the flags' source", () => {
  test("a flip is written with who did it, once, under the route that it decides", async () => {
    const { log, add } = createFakeLog();
    add({ id: 3, by: "before" });
    const { flags, ledger, pass, flips } = start({ log });
    await settle();
    add({ id: 4, flag: "pam.chat.send", from: "5 %", to: "60 %" });
    add({ id: 5, flag: "other" });
    flags.set({});
    await pass();
    flags.set({ "pam.chat": "never" });
    await pass();
    expect(await flips()).toEqual(["ada: pam.chat.send 5 % → 60 % (outside Banyan)"]);
    expect(await ledger.latest({ limit: 1 })).toMatchObject([
      { routeId: "chat.send", atMs: 1_000_000, buildId: "b1", key: "log:4" },
    ]);
  });

  test("an order of Banyan's own is not written again, though it is written down late", async () => {
    const { log, add } = createFakeLog();
    const { flags, ledger, pass, flips } = start({ log });
    await settle();
    add({ id: 1, isByToken: true });
    add({ id: 2, isByToken: true, to: "60 %" });
    flags.set({});
    await pass();
    await ledger.append(order("pam.chat", "60 %", 1_004_000));
    await pass();
    expect(await flips()).toEqual(["grace: pam.chat never → 60 % (go)"]);
  });

  test("what somebody else did with a token is written, and so is what a person did beside an order", async () => {
    const { log, add } = createFakeLog();
    const { flags, ledger, pass, flips } = start({ log });
    await settle();
    await ledger.append(order("pam.chat", "enabled"));
    add({ id: 1, by: "ada" });
    add({ id: 2, by: "script", flag: "pam.tts", isByToken: true });
    add({ id: 3, by: "script", isByToken: true, atMs: 2_000_000 });
    flags.set({});
    await pass();
    await pass();
    expect(await flips()).toEqual([
      "grace: pam.chat never → enabled (go)",
      "ada: pam.chat never → enabled (outside Banyan)",
      "script: pam.tts never → enabled (outside Banyan)",
      "script: pam.chat never → enabled (outside Banyan)",
    ]);
  });

  test("several instances over one ledger write it once, and one that begins later goes on there", async () => {
    const { log, add } = createFakeLog();
    const shared = { log, ledger: createMemoryLedger(), flags: createFakeFlags() };
    const time = createManualTime(1_000_000);
    const [one] = [start({ ...shared, time }), start({ ...shared, time })];
    await settle();
    add({ id: 1 });
    shared.flags.set({});
    await one.pass();
    add({ id: 2, by: "while nobody ran" });
    start({ ...shared, time });
    await settle();
    expect(await one.flips()).toEqual([
      "ada: pam.chat never → enabled (outside Banyan)",
      "while nobody ran: pam.chat never → enabled (outside Banyan)",
    ]);
  });

  test("while it cannot be read, that is said once, and nothing is lost", async () => {
    const { log, add, away } = createFakeLog();
    const { flags, pass, flips, warnings } = start({ log });
    await settle();
    away(true);
    add({ id: 1 });
    flags.set({});
    await pass();
    await pass(60_000);
    expect(warnings).toEqual([{ error: "away" }]);
    away(false);
    await pass(60_000);
    expect(await flips()).toHaveLength(1);
  });
});

describe("without a log", () => {
  test("a flip is noticed by what is held, of nobody's, and what is held first is none", async () => {
    const { flags, ledger, pass, flips } = start();
    await settle();
    flags.set({ "pam.chat": "never", other: "never" });
    await pass();
    flags.set({ "pam.chat": "60 %", "pam.tts": "always", other: "always" });
    await pass();
    flags.set({ "pam.chat": "60 %" });
    await pass();
    // When the flag changed, and not when it was looked at.
    expect((await ledger.latest({ limit: 10 })).map(({ atMs }) => atMs - 1_000_000)).toEqual([
      10_000, 5_000, 5_000,
    ]);
    expect(await flips()).toEqual([
      "unknown: pam.chat never → 60 % (outside Banyan)",
      "unknown: pam.tts not set → always (outside Banyan)",
      "unknown: pam.tts always → not set (outside Banyan)",
    ]);
  });

  test("an order of Banyan's own is not written again, and the next one outside is", async () => {
    const { flags, ledger, pass, flips } = start();
    flags.set({ "pam.chat": "never" });
    await pass();
    flags.set({ "pam.chat": "60 %" });
    await ledger.append(order("pam.chat", "60 %"));
    await pass();
    flags.set({ "pam.chat": "never" });
    await pass();
    flags.set({ "pam.chat": "60 %" });
    await pass();
    expect(await flips()).toEqual([
      "grace: pam.chat never → 60 % (go)",
      "unknown: pam.chat 60 % → never (outside Banyan)",
      "unknown: pam.chat never → 60 % (outside Banyan)",
    ]);
  });

  test("several instances over one ledger notice it once", async () => {
    const shared = { ledger: createMemoryLedger(), flags: createFakeFlags() };
    const time = createManualTime(1_000_000);
    const [one] = [
      start({ ...shared, time }),
      start({ ...shared, time }),
      start({ ...shared, time }),
    ];
    shared.flags.set({ "pam.chat": "never" });
    await one.pass();
    for (const rule of ["60 %", "never", "60 %"]) {
      shared.flags.set({ "pam.chat": rule });
      // oxlint-disable-next-line no-await-in-loop -- one change after the other
      await one.pass();
    }
    expect(await one.flips()).toHaveLength(3);
  });

  test("what cannot be written is said, and written later", async () => {
    const memory = createMemoryLedger();
    let isAway = false;
    const ledger: EvidenceLedger = {
      ...memory,
      async appendOnce(flip) {
        if (isAway) throw new Error("away");
        return memory.appendOnce(flip);
      },
    };
    const { flags, pass, flips, warnings } = start({ ledger });
    flags.set({ "pam.chat": "never" });
    await pass();
    isAway = true;
    flags.set({ "pam.chat": "always" });
    await pass();
    expect(warnings).toEqual([{ error: "away" }]);
    isAway = false;
    await pass(60_000);
    expect(await flips()).toEqual(["unknown: pam.chat never → always (outside Banyan)"]);
  });
});

test("a recorder that is closed waits for nothing and hears nothing", async () => {
  const { recorder, flags, time } = start();
  flags.set({ "pam.chat": "never" });
  await recorder.close();
  flags.set({ "pam.chat": "always" });
  expect(time.pendingTimers).toBe(0);
});
