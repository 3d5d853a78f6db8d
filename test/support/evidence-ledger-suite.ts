import { expect, test } from "vitest";

import { EVIDENCE_KINDS, type EvidenceLedger } from "#delivery/evidence/index.ts";
import { evidenceEntry } from "#support/evidence-entry.ts";

const flipOf = (key: string) =>
  ({
    kind: "flip",
    routeId: "*",
    buildId: "build-1",
    atMs: 5,
    flag: "pam.chat",
    from: "never",
    to: "always",
    by: "ada",
    key,
  }) as const;

/** What every ledger promises, wherever it keeps its entries. */
export function describeLedger(openLedger: () => Promise<EvidenceLedger>): void {
  const build = { buildId: "build-1", limit: 100 };

  test("every kind of entry comes back as it went in, with rising ids", async () => {
    const ledger = await openLedger();
    const entries = EVIDENCE_KINDS.map((kind) => evidenceEntry(kind));
    const ids: number[] = [];
    for (const entry of entries) {
      // oxlint-disable-next-line no-await-in-loop -- order is the point
      ids.push((await ledger.append(entry)).id);
    }
    expect(ids).toEqual(ids.toSorted((left, right) => left - right));
    expect(new Set(ids).size).toBe(EVIDENCE_KINDS.length);
    const stored = await ledger.after(0, build);
    expect(stored).toEqual(entries.map((entry, index) => ({ ...entry, id: ids[index] })));
  });

  test("what came after an id is told in pages, the oldest first", async () => {
    const ledger = await openLedger();
    const first = await ledger.append(evidenceEntry("suite"));
    const second = await ledger.append(evidenceEntry("shadow"));
    const third = await ledger.append(evidenceEntry("soak"));
    expect(await ledger.after(first.id, build)).toEqual([second, third]);
    expect(await ledger.after(first.id, { ...build, limit: 1 })).toEqual([second]);
    expect(await ledger.after(third.id, build)).toEqual([]);
  });

  test("another build's word does not count, but for pins, trips and what undoes them", async () => {
    const ledger = await openLedger();
    for (const kind of EVIDENCE_KINDS) {
      // oxlint-disable-next-line no-await-in-loop -- order is the point
      await ledger.append(evidenceEntry(kind, { buildId: "build-0" }));
    }
    const kinds = (await ledger.after(0, build)).map(({ kind }) => kind);
    expect(kinds).toEqual(["trip", "reset", "pin", "unpin"]);
  });

  test("history is told newest first, by route, build and kind", async () => {
    const ledger = await openLedger();
    await ledger.append(evidenceEntry("suite"));
    await ledger.append(evidenceEntry("suite", { routeId: "chat.send" }));
    await ledger.append(evidenceEntry("suite", { buildId: "build-0", fail: 1 }));
    await ledger.append(evidenceEntry("flip"));
    const kindsOf = async (query: Parameters<EvidenceLedger["latest"]>[0]): Promise<string[]> =>
      (await ledger.latest(query)).map(({ kind, buildId }) => `${kind} ${buildId}`);
    expect(await kindsOf({ routeId: "chat.health", limit: 10 })).toEqual([
      "flip build-1",
      "suite build-0",
      "suite build-1",
    ]);
    expect(await kindsOf({ kinds: ["suite"], buildId: "build-1", limit: 1 })).toEqual([
      "suite build-1",
    ]);
    expect(await kindsOf({ routeId: "nothing", limit: 10 })).toEqual([]);
  });

  test("a flip that several find at once is kept once, and another one by itself", async () => {
    const ledger = await openLedger();
    const found = ["a", "b", "a", "a", "b"];
    const written = await Promise.all(found.map(async (key) => ledger.appendOnce(flipOf(key))));
    expect(written.filter((entry) => entry !== undefined)).toHaveLength(2);
    expect(await ledger.appendOnce(flipOf("a"))).toBeUndefined();
    const kept = await ledger.latest({ kinds: ["flip"], limit: 10 });
    expect(new Set(kept.map((entry) => entry.kind === "flip" && entry.key))).toEqual(
      new Set(["a", "b"]),
    );
  });

  test("entries written at once are all kept, each under its own id", async () => {
    const ledger = await openLedger();
    const written = await Promise.all(
      Array.from({ length: 20 }, async (_, index) =>
        ledger.append(evidenceEntry("shadow", { compared: index })),
      ),
    );
    expect(new Set(written.map(({ id }) => id)).size).toBe(20);
    expect(await ledger.after(0, build)).toHaveLength(20);
  });
}
