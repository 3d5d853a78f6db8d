import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import { type AdminListener, openAdminListener } from "#admin/admin-listener.ts";
import { systemScheduler } from "#platform/resilience/scheduler.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import {
  ADMIN_TOKEN,
  type AdminSide,
  type AdminSideOptions,
  createAdminSide,
} from "#support/admin-side.ts";
import { browserProblem, openBrowser } from "#support/browser.ts";
import { readContrast } from "#support/contrast.ts";
import { exchangeRecord, routeOf } from "#support/exchange-record.ts";
import { plantConversation, plantDrift } from "#support/plant-drift.ts";
import { isSkipped } from "#support/services.ts";
import { signToken } from "#support/sign-token.ts";

const NATIVE = { side: "native", reason: "concern-flag", flag: "pam.chat" } as const;
const EVENTUALLY = { timeout: 20_000 };

const faultsSchema = z.object({
  passes: z.number(),
  violations: z.array(
    z.object({ id: z.string(), impact: z.string().nullable(), targets: z.array(z.string()) }),
  ),
});

describe.skipIf(isSkipped("the dashboard in Chromium", browserProblem()))("the dashboard", () => {
  let browser: Browser;
  let side: AdminSide;
  let listener: AdminListener;
  let page: Page;
  let complaints: string[];

  async function open(options: AdminSideOptions = {}): Promise<void> {
    side = createAdminSide({
      adminToken: ADMIN_TOKEN,
      eventScheduler: systemScheduler,
      startMs: Date.now(),
      ...options,
    });
    listener = await openAdminListener(side.app, { host: "127.0.0.1", port: 0 });
    complaints = [];
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
  }

  async function show(): Promise<void> {
    await page.goto(listener.url.href);
    await page.waitForSelector("tr[data-route]");
  }

  const row = (id: string) => page.locator(`tr[data-route="${id}"]`);
  const visibleRows = () => page.locator("tr[data-route]:visible");
  const textOf = async (selector: string) => page.locator(selector).innerText();
  const modeOf = (id: string, mode: string) => row(id).locator(`.chip[data-mode="${mode}"]`);
  const inRow = async (id: string, part: string): Promise<string> =>
    (await row(id).locator(part).innerText()).replaceAll(/\s+/gu, " ").trim();
  const openRow = async (id: string): Promise<void> => row(id).getByRole("button").click();
  const panel = (name: string) => page.locator(`dialog.${name}[open]`);

  async function order(confirm: string, token = ADMIN_TOKEN): Promise<void> {
    await page.getByLabel("Your name").fill("Ada");
    await page.getByLabel("Reason").fill("to see it move");
    await page.getByLabel("Admin token").fill(token);
    await page.getByRole("button", { name: confirm }).click();
  }

  /** Runs as the browser's own, since the page lets no script in that is not its own. */
  async function faults(): Promise<unknown> {
    await page.evaluate(axe.source);
    const found = await page.evaluate(`axe.run().then(({ violations, passes }) => ({
      passes: passes.length,
      violations: violations.map(({ id, impact, nodes }) => ({
        id, impact, targets: nodes.map(({ target }) => target.join(" ")).slice(0, 3) })) }))`);
    const { passes, violations } = faultsSchema.parse(found);
    expect(passes).toBeGreaterThan(10);
    return violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  }

  const findFaults = async (): Promise<object> => ({
    unreadable: (await readContrast(page)).unreadable,
    faults: await faults(),
  });

  beforeAll(async () => {
    browser = await openBrowser();
  });
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  });
  afterEach(async () => {
    await page.close();
    await listener.close();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("every route has a row under its concern, with all that is known of it", async () => {
    await open({ natives: ["chat.health", "chat.history"], startMs: Date.now() - 60_000 });
    side.flags.turn("pam.chat", "on");
    const about = { routeId: "chat.health", buildId: "build-1", atMs: side.clock.now() };
    await side.evidence.append({
      kind: "suite",
      ...about,
      isGreen: true,
      pass: 1,
      fail: 0,
      skipped: 0,
    });
    plantDrift(side.drift, "chat.health");
    for (const totalMs of [8, 8]) side.observer.requestEnded(exchangeRecord({ totalMs }));
    side.observer.requestEnded(exchangeRecord({ status: 502, totalMs: 8 }));
    side.observer.requestEnded(exchangeRecord({ decision: NATIVE, totalMs: 2_000 }));
    side.time.advance(60_000);
    side.observer.requestEnded(exchangeRecord({ totalMs: 8 }));
    await show();
    expect(await page.locator("tr[data-route]").count()).toBe(ROUTE_TABLE.length);
    expect(await inRow("chat.health", ".route-cell")).toBe("GET /api/v1/pam/health");
    expect(await inRow("chat.health", ".mode-cell")).toBe("Canary Concern flag: always pam.chat");
    expect(await inRow("chat.health", ".rollout-cell")).toBe("flag 100 % / ceiling 5 %");
    expect(await inRow("chat.health", ".split-cell")).toBe("4 legacy, 1 native");
    expect(await inRow("chat.health", '.figures-cell[data-side="legacy"]')).toBe(
      "4 requests 1 error p50 8.1 ms, p95 8.1 ms",
    );
    expect(await inRow("chat.health", '.figures-cell[data-side="native"]')).toBe(
      "1 request p50 2.0 s, p95 2.0 s",
    );
    await row("chat.health").locator(".plot canvas").waitFor(EVENTUALLY);
    await row("chat.health").getByText("1 client").waitFor(EVENTUALLY);
    expect(await inRow("chat.health", ".checks-cell")).toBe(
      "Drift 2 fields Contract green Guard too few Census 1 client",
    );
    const groups = await page.locator(".group-name").allInnerTexts();
    expect(groups.toSorted()).toEqual([...new Set(ROUTE_TABLE.map((of) => of.concern))].toSorted());
    expect(await textOf("#flags-state dd")).toBe("fresh, file, confirmed just now");
    expect(await textOf("#readiness-state dd")).toBe("ready");
    expect(complaints).toEqual([]);
  });

  test("a flip, a request and a stale flag source are shown as they happen", async () => {
    await open();
    await show();
    await modeOf("chat.health", "legacy").waitFor(EVENTUALLY);
    side.flags.turn("pam.chat.health", "on");
    side.observer.requestEnded(exchangeRecord({ decision: NATIVE }));
    side.flags.confirm({ state: "stale", source: "unleash", ageMs: 300_000, problem: "401" });
    side.checks.push({ name: "flags", run: () => ({ isReady: true, reason: "stale" }) });
    await modeOf("chat.health", "native").waitFor(EVENTUALLY);
    expect(await inRow("chat.health", '.figures-cell[data-side="native"]')).toContain("1 request");
    expect(await textOf("#flags-state dd")).toBe("stale, unleash, confirmed 5 min ago. 401");
    expect(await textOf("#announcer")).toBe("chat.health is now native");
    expect(await textOf("#updates-state dd")).toBe("live");
    expect(complaints).toEqual([]);
  });

  test("a share is proposed as it is, so that to confirm it unread changes nothing", async () => {
    await open({ natives: ["chat.health"] });
    side.flags.roll("pam.chat", 40);
    await show();
    await page.getByRole("button", { name: "Roll out chat" }).click();
    expect(await page.getByLabel("Share in per cent").inputValue()).toBe("40");
  });

  test("a rollout is set from the page, says who would move, and moves them", async () => {
    await open({ natives: ["chat.health"] });
    side.flags.roll("pam.chat.health", 0);
    for (let index = 0; index < 20; index += 1) {
      const cohort = (index * 7_919 + 1).toString(16).padStart(12, "0");
      const caller = { ...exchangeRecord().caller, positionOf: () => index * 5 + 1 };
      side.observer.requestEnded(exchangeRecord({ cohort, caller }));
    }
    await show();
    await openRow("chat.health");
    await panel("details").getByRole("button", { name: "Roll out" }).click();
    await page.getByLabel("Share in per cent").fill("50");
    await page.getByText("of about 20 live cohorts 50 % would move to native").waitFor(EVENTUALLY);
    await order("Set the share");
    await panel("action").waitFor({ state: "detached", ...EVENTUALLY });
    await page.keyboard.press("Escape");
    await modeOf("chat.health", "canary").waitFor(EVENTUALLY);
    expect(await inRow("chat.health", ".rollout-cell")).toContain("flag 50 %");
    side.observer.requestEnded(exchangeRecord({ decision: NATIVE }));
    await row("chat.health").getByText("1 request", { exact: true }).waitFor(EVENTUALLY);
    await openRow("chat.health");
    await page.getByRole("tab", { name: "Evidence" }).click();
    await page.getByText("Ada: to see it move").waitFor(EVENTUALLY);
    expect(await page.evaluate("localStorage.length + sessionStorage.length")).toBe(0);
    expect(await page.content()).not.toContain(ADMIN_TOKEN);
  });

  test("a planted difference is found, field by field and side by side", async () => {
    await open();
    plantDrift(side.drift, "chat.health");
    const about = { routeId: "chat.health", buildId: "build-1", atMs: side.clock.now() };
    await side.evidence.append({ kind: "shadow", ...about, compared: 1, unexplained: 2 });
    await show();
    await page.getByRole("radio", { name: "Trouble" }).check();
    expect(await visibleRows().count()).toBe(1);
    await openRow("chat.health");
    await page.getByRole("tab", { name: "Differences" }).click();
    const content = page.locator("#tab-content");
    await content.locator(".field-tree").waitFor(EVENTUALLY);
    expect(await content.locator(".field-name").allInnerTexts()).toEqual([
      "body",
      "status",
      "services",
      "ai",
    ]);
    const marked = await content.locator("mark").allInnerTexts();
    expect(marked.map((line) => line.trim())).toEqual([
      '"status": "healthy",',
      '"ai": "up",',
      '"status": "broken",',
    ]);
    await page.getByRole("tab", { name: "Evidence" }).click();
    await page.getByText("1 answer compared, 2 fields unexplained").waitFor(EVENTUALLY);
  });

  test("a conversation that differed is read turn by turn", async () => {
    await open({ natives: ["ws.socket"] });
    plantConversation(side.drift, "ws.socket");
    await show();
    await openRow("ws.socket");
    await page.getByRole("tab", { name: "Conversations" }).click();
    const turn = page.locator(".turns > li").first();
    await turn.waitFor(EVENTUALLY);
    expect(await turn.locator('[data-side="legacy"] pre').count()).toBe(2);
    expect(await turn.locator('[data-side="native"] pre').count()).toBe(1);
    expect(await turn.locator('[data-differs="true"]').innerText()).toContain("typing");
  });

  test("a guard that tripped is said aloud, and reset by a person with a reason", async () => {
    await open();
    side.flags.turn("pam.chat", "on");
    await show();
    await modeOf("chat.health", "native").waitFor(EVENTUALLY);
    const counts = { native: { count: 40, bad: 20 }, legacy: { count: 400, bad: 1 } };
    side.guard.restore([
      { id: "t1", routeId: "chat.health", atMs: side.clock.now(), signal: "errors", counts },
    ]);
    await modeOf("chat.health", "tripped").waitFor(EVENTUALLY);
    expect(await page.getByRole("alert").innerText()).toContain("chat.health");
    await openRow("chat.health");
    await page.getByText("20 of 40 native against 1 of 400 legacy").waitFor(EVENTUALLY);
    await panel("details").getByRole("button", { name: "Reset the guard" }).click();
    const submit = panel("action").getByRole("button", { name: "Reset the guard" });
    await submit.click();
    expect(side.guard.isTripped("chat.health")).toBe(true);
    await page.getByLabel("Your name").fill("Ada");
    await page.getByLabel("Reason").fill("fixed in build-1");
    await page.getByLabel("Admin token").fill("not-the-admin-token");
    await submit.click();
    await page.getByText("This is not the admin token").waitFor(EVENTUALLY);
    expect(side.guard.isTripped("chat.health")).toBe(true);
    await page.getByLabel("Admin token").fill(ADMIN_TOKEN);
    await submit.click();
    await panel("action").waitFor({ state: "detached", ...EVENTUALLY });
    await page.keyboard.press("Escape");
    await modeOf("chat.health", "native").waitFor(EVENTUALLY);
    expect(side.guard.events()[0]).toMatchObject({
      kind: "reset",
      lift: { by: "Ada", reason: "fixed in build-1" },
    });
  });

  /** Native requests, each of another cohort, ten a second. */
  function sendNative(count: number, status: number): void {
    for (let index = 0; index < count; index += 1) {
      side.clock.advance(100);
      side.observer.requestEnded(
        exchangeRecord({ decision: NATIVE, cohort: `cohort-${index}`, status }),
      );
    }
  }

  test("a native side without a legacy beside it is said to be alone, and what it is held against", async () => {
    await open();
    side.flags.turn("pam.chat", "on");
    sendNative(30, 200);
    await show();
    expect(await inRow("chat.health", '[data-check="guard"]')).toBe("Guard alone");
    const why = "Too little is known of legacy to compare with: 25 % of failures are tolerated.";
    const check = row("chat.health").locator('[data-check="guard"]');
    expect(await check.getAttribute("title")).toBe(why);
    expect(await check.getAttribute("data-level")).toBe("open");
    await openRow("chat.health");
    await page.getByText(`0 of 30 bad, 0 % of a trip, tolerable. ${why}`).waitFor(EVENTUALLY);
    expect(complaints).toEqual([]);
  });

  test("a native side that fails while legacy is away is said to be failing, and why it is not taken back", async () => {
    await open({ isLegacyThere: async () => Promise.resolve(false) });
    side.flags.turn("pam.chat", "on");
    sendNative(1_000, 500);
    await show();
    const check = row("chat.health").locator('[data-check="guard"][data-level="bad"]');
    await check.waitFor(EVENTUALLY);
    expect(await inRow("chat.health", '[data-check="guard"]')).toBe("Guard failing");
    const why = "Legacy is not there either, so the guard holds.";
    expect(await check.getAttribute("title")).toContain(why);
    await openRow("chat.health");
    await page.getByText("1,000 of 1,000 bad, 100 % of a trip, worse.").waitFor(EVENTUALLY);
    await page.getByText(why).waitFor(EVENTUALLY);
    expect(side.guard.isTripped("chat.health")).toBe(false);
  });

  test("a database that is away is said, without where it is", async () => {
    await open({ ledgerProblem: "connect ECONNREFUSED 10.1.2.3:5432" });
    await show();
    await page.locator('#readiness-state[data-level="doubtful"]').waitFor(EVENTUALLY);
    expect(await textOf("#readiness-state dd")).toBe(
      "ready, ledger: the database does not answer: evidence waits, and native routes that need it fail",
    );
    await openRow("chat.health");
    await page.getByRole("tab", { name: "Evidence" }).click();
    await page.getByText("The ledger cannot be read: the database does not").waitFor(EVENTUALLY);
    expect(await page.content()).not.toContain("10.1.2.3");
  });

  test("the kill switch is turned from the page, and said aloud", async () => {
    await open();
    side.flags.turn("pam.chat", "on");
    await show();
    await page.getByRole("button", { name: "Kill switch" }).click();
    await order("Send everything to legacy");
    await page.getByText("The kill switch is on: everything goes to legacy.").waitFor(EVENTUALLY);
    await modeOf("chat.health", "killed").waitFor(EVENTUALLY);
    await page.getByRole("button", { name: "Turn kill switch off" }).click();
    // Name and token are still known to the page.
    await page.getByLabel("Reason").fill("over");
    await page.getByRole("button", { name: "Turn it off" }).click();
    await modeOf("chat.health", "native").waitFor(EVENTUALLY);
    expect(side.flags.evaluate("pam.legacy-only", { key: "u1" })).toBe("off");
  });

  test("a pin is set and taken away", async () => {
    await open();
    await show();
    await openRow("chat.health");
    await page.getByRole("button", { name: "Pin the ceiling" }).click();
    await page.getByLabel("Share in per cent").fill("60");
    await order("Pin it");
    await page.getByText("Pinned to 60 % by Ada").waitFor(EVENTUALLY);
    await page.getByRole("button", { name: "Unpin" }).click();
    await page.getByLabel("Reason").fill("no longer needed");
    await page.getByRole("button", { name: "Take it away" }).click();
    await page.getByText("Pinned to 60 %").waitFor({ state: "detached", ...EVENTUALLY });
    expect(side.evidence.of("chat.health").pin).toBeUndefined();
  });

  test("without an admin token the page says what to set, and asks for nothing", async () => {
    side = createAdminSide({ eventScheduler: systemScheduler });
    listener = await openAdminListener(side.app, { host: "127.0.0.1", port: 0 });
    await show();
    await page.getByRole("button", { name: "Kill switch" }).click();
    expect(await panel("action").innerText()).toContain("set ADMIN_TOKEN");
    expect(await panel("action").locator("input").count()).toBe(0);
  });

  test("everything can be done by keyboard, and the focus comes back", async () => {
    await open();
    await show();
    await page.keyboard.press("/");
    await page.keyboard.type("chat.health");
    expect(await visibleRows().count()).toBe(1);
    const focused = async () => page.evaluate("document.activeElement.textContent.trim()");
    for (let presses = 0; presses < 12; presses += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one key after the other
      await page.keyboard.press("Tab");
      // oxlint-disable-next-line no-await-in-loop -- one key after the other
      if (String(await focused()).includes("/api/v1/pam/health")) break;
    }
    expect(await focused()).toContain("/api/v1/pam/health");
    await page.keyboard.press("Enter");
    await panel("details").waitFor(EVENTUALLY);
    await page.getByRole("tab", { name: "Standing" }).focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("tab", { name: "Differences" }).getAttribute("aria-selected")).toBe(
      "true",
    );
    expect(await focused()).toContain("Differences");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    expect(await focused()).toContain("Census");
    await page.keyboard.press("Escape");
    await panel("details").waitFor({ state: "detached", ...EVENTUALLY });
    expect(await focused()).toContain("/api/v1/pam/health");
  });

  test("search and filters narrow the rows, and say when nothing is left", async () => {
    await open({ natives: ["chat.health", "chat.history"] });
    side.flags.turn("pam.chat.health", "on");
    side.observer.requestEnded(exchangeRecord({ route: routeOf("tts.voice"), status: 500 }));
    await show();
    const counts: Record<string, number> = {};
    for (const name of ["Has native", "Native now", "Traffic", "Trouble", "All"]) {
      // oxlint-disable-next-line no-await-in-loop -- one filter after another
      await page.getByRole("radio", { name }).check();
      // oxlint-disable-next-line no-await-in-loop -- one filter after another
      counts[name] = await visibleRows().count();
    }
    expect(counts).toEqual({
      "Has native": 2,
      "Native now": 1,
      Traffic: 1,
      Trouble: 1,
      All: ROUTE_TABLE.length,
    });
    await page.keyboard.press("/");
    await page.keyboard.type("post voice/test-s");
    expect(await visibleRows().count()).toBe(1);
    await page.keyboard.type("xyz");
    await page.getByText("No route matches.").waitFor(EVENTUALLY);
    await page.getByRole("button", { name: "Show all" }).click();
    expect(await visibleRows().count()).toBe(ROUTE_TABLE.length);
  });

  test("an explanation shows each step, and its token is neither stored nor put in a URL", async () => {
    await open();
    side.flags.turn("pam.chat", "on");
    await show();
    const urls: string[] = [];
    page.on("request", (request) => urls.push(request.url()));
    const token = await signToken({ sub: "u1" });
    await page.getByRole("button", { name: "Explain a request" }).click();
    await page.getByLabel("Path").fill("/api/v1/pam/health?x=1");
    await page.getByLabel("Token").fill(token);
    await page.keyboard.press("Enter");
    await page.locator(".verdict").waitFor(EVENTUALLY);
    expect(await textOf(".verdict .chip")).toBe("Native");
    const steps = await textOf(".steps");
    for (const part of ["chat.health", "with a verified token", "pam.legacy-only", "pam.chat"])
      expect(steps).toContain(part);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Explain a request" }).click();
    expect(await page.getByLabel("Token").inputValue()).toBe("");
    expect(await page.evaluate("localStorage.length + sessionStorage.length")).toBe(0);
    expect(urls.join(" ")).not.toContain(token.slice(0, 20));
    expect(complaints).toEqual([]);
  });

  test("a route explains itself, and a refused question names its field", async () => {
    await open();
    await show();
    await openRow("ws.socket");
    await panel("details").getByRole("button", { name: "Explain a request" }).click();
    await page.locator(".verdict").waitFor(EVENTUALLY);
    expect(await textOf(".steps")).toContain("ws.socket");
    await page.getByLabel("Path").fill("no-slash");
    await page.keyboard.press("Enter");
    await page.locator(".problem").waitFor(EVENTUALLY);
    expect(await textOf(".problem")).toContain("path: ");
  });

  test("hostile text stays text", async () => {
    const hostile = '<img src="x" onerror="document.title=1"><script>document.title=1</script>';
    const route = { ...routeOf("chat.health"), path: `/${hostile}` };
    await open({ routes: [route] });
    side.flags.turn("pam.chat", "on");
    side.flags.list = () => [{ name: "pam.chat", enabled: true, rule: hostile }];
    side.flags.confirm({ state: "stale", source: "file", ageMs: 5, problem: hostile });
    side.checks.push({ name: hostile, run: () => ({ isReady: false, reason: hostile }) });
    const about = {
      routeId: "chat.health",
      buildId: hostile,
      atMs: 1,
      by: hostile,
      reason: hostile,
    };
    await side.evidence.append({ kind: "flip", ...about, flag: "pam.chat", from: "a", to: "b" });
    await show();
    expect(await row("chat.health").innerText()).toContain(hostile);
    expect(await textOf("#flags-state dd")).toContain(hostile);
    expect(await textOf("#readiness-state dd")).toContain(hostile);
    await openRow("chat.health");
    await page.getByRole("tab", { name: "Evidence" }).click();
    await page.locator(".ledger").waitFor(EVENTUALLY);
    expect(await textOf(".ledger")).toContain(hostile);
    expect(await page.locator("img").count()).toBe(1);
    expect(await page.title()).toBe("Banyan");
  });

  test("an admin API that is gone is said so, and its return too", async () => {
    await open();
    await show();
    const { port } = listener.url;
    await listener.close();
    await page.getByText("The admin API cannot be reached.").waitFor(EVENTUALLY);
    expect(await textOf("#updates-state dd")).toBe("unreachable");
    listener = await openAdminListener(side.app, { host: "127.0.0.1", port: Number(port) });
    await page.locator('#updates-state[data-level="good"]').waitFor(EVENTUALLY);
    expect(await textOf("#updates-state dd")).toBe("live");
    await page.getByText("The admin API cannot be reached.").waitFor({ state: "detached" });
  });

  test("a stream that ends is followed by polls, which are said to be polls", async () => {
    await open();
    await show();
    side.isDraining = true;
    await page.getByText("polling, the stream is broken").waitFor(EVENTUALLY);
    expect(await textOf("#readiness-state dd")).toBe("draining");
    side.isDraining = false;
    await page.locator('#updates-state[data-level="good"]').waitFor(EVENTUALLY);
    expect(await textOf("#readiness-state dd")).toBe("ready");
  });

  test("nothing is asked while nobody can see it", async () => {
    await open();
    await show();
    const setVisibility = async (state: string): Promise<void> => {
      await page.evaluate(
        `Object.defineProperty(document, "visibilityState", { value: "${state}", configurable: true });
         document.dispatchEvent(new Event("visibilitychange"));`,
      );
    };
    await setVisibility("hidden");
    await page.getByText("paused").waitFor(EVENTUALLY);
    side.flags.turn("pam.chat.health", "on");
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    expect(await modeOf("chat.health", "native").count()).toBe(0);
    expect(asked).toEqual([]);
    await setVisibility("visible");
    await modeOf("chat.health", "native").waitFor(EVENTUALLY);
    expect(asked).toEqual([new URL("/api/events", listener.url).href]);
  });

  describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
    beforeEach(async () => {
      await open({ natives: ["chat.health", "chat.history", "ws.socket", "tts.voice"] });
      side.flags.turn("pam.chat.health", "on");
      side.flags.roll("pam.chat.history", 50);
      side.flags.turn("pam.ws.shadow", "on");
      side.observer.requestEnded(exchangeRecord({ status: 502 }));
      plantDrift(side.drift, "chat.history");
      plantConversation(side.drift, "ws.socket");
      const counts = { native: { count: 40, bad: 20 }, legacy: { count: 400, bad: 1 } };
      side.guard.restore([
        { id: "t1", routeId: "tts.voice", atMs: side.clock.now(), signal: "errors", counts },
      ]);
      await page.emulateMedia({ colorScheme });
      await show();
    });

    test("every text is readable, and axe finds no serious fault", async () => {
      const background = await page.evaluate("getComputedStyle(document.body).backgroundColor");
      expect(background).toBe(colorScheme === "dark" ? "rgb(17, 21, 19)" : "rgb(246, 245, 241)");
      expect((await readContrast(page)).texts).toBeGreaterThan(ROUTE_TABLE.length * 4);
      expect(await findFaults()).toEqual({ unreadable: [], faults: [] });
    });

    test.each([
      ["chat.history", "Standing"],
      ["chat.history", "Differences"],
      ["ws.socket", "Conversations"],
      ["chat.history", "Evidence"],
      ["chat.history", "Census"],
    ])("so are the details of %s: %s", async (id, tab) => {
      await openRow(id);
      await page.getByRole("tab", { name: tab }).click();
      await page.locator("#tab-content").getByText("Asking").waitFor({ state: "detached" });
      expect(await findFaults()).toEqual({ unreadable: [], faults: [] });
    });

    test("so is what asks before something is done", async () => {
      await page.getByRole("button", { name: "Kill switch" }).click();
      await order("Send everything to legacy", "wrong");
      await page.locator("form .problem").waitFor(EVENTUALLY);
      expect(await findFaults()).toEqual({ unreadable: [], faults: [] });
    });
  });

  test.each([1440, 1280, 768, 390])("nothing is cut off at a width of %i", async (width) => {
    await open({ natives: ["chat.health"] });
    plantDrift(side.drift, "chat.health");
    for (let count = 0; count < 20; count += 1) {
      side.observer.requestEnded(exchangeRecord({ totalMs: 123_456 }));
      side.observer.requestEnded(exchangeRecord({ decision: NATIVE, totalMs: 123_456 }));
    }
    await page.setViewportSize({ width, height: 844 });
    await show();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    for (const part of await row("chat.health").locator("td, dd, span").all()) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const box = await part.boundingBox();
      expect(box === null ? 0 : box.x + box.width).toBeLessThanOrEqual(width);
    }
    await openRow("chat.health");
    await page.getByRole("tab", { name: "Differences" }).click();
    await page.locator(".field-tree").waitFor(EVENTUALLY);
    const overflow = await page.evaluate(
      `(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector("dialog.details"))`,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
