import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { type AdminListener, openAdminListener } from "#admin/admin-listener.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { type AdminSide, type AdminSideOptions, createAdminSide } from "#support/admin-side.ts";
import { browserProblem, openBrowser } from "#support/browser.ts";
import { readContrast } from "#support/contrast.ts";
import { exchangeRecord, routeOf } from "#support/exchange-record.ts";
import { isSkipped } from "#support/services.ts";
import { signToken } from "#support/sign-token.ts";

const NATIVE = { side: "native", reason: "concern-flag", flag: "pam.chat" } as const;
/** Two polls, and what a change may take to show. */
const SOON = { timeout: 2_000 };
const EVENTUALLY = { timeout: 20_000 };

describe.skipIf(isSkipped("the dashboard in Chromium", browserProblem()))("the dashboard", () => {
  let browser: Browser;
  let side: AdminSide;
  let listener: AdminListener;
  let page: Page;
  let complaints: string[];

  async function open(options: AdminSideOptions = {}): Promise<void> {
    side = createAdminSide(options);
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

  beforeAll(async () => {
    browser = await openBrowser();
  });
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  });
  afterEach(async () => {
    await page.close();
    await listener.close();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("every route has a row under its concern, with the figures of both sides", async () => {
    await open();
    side.flags.turn("pam.chat", "on");
    for (const totalMs of [8, 8, 8]) side.observer.requestEnded(exchangeRecord({ totalMs }));
    side.observer.requestEnded(exchangeRecord({ status: 502, totalMs: 8 }));
    side.observer.requestEnded(exchangeRecord({ decision: NATIVE, totalMs: 2_000 }));
    await show();
    expect(await page.locator("tr[data-route]").count()).toBe(ROUTE_TABLE.length);
    const cells = await row("chat.health").locator("td").allInnerTexts();
    expect(cells.map((cell) => cell.replaceAll(/\s+/gu, " ").trim())).toEqual([
      "GET /api/v1/pam/health",
      "Native",
      "Concern flag: always pam.chat",
      "4",
      "1",
      "8.1 ms",
      "8.1 ms",
      "1",
      "0",
      "2.0 s",
      "2.0 s",
    ]);
    const groups = await page.locator(".group-name").allInnerTexts();
    expect(groups.toSorted()).toEqual([...new Set(ROUTE_TABLE.map((of) => of.concern))].toSorted());
    expect(await textOf("#flags-state dd")).toBe("fresh, file, confirmed just now");
    expect(await textOf("#readiness-state dd")).toBe("ready");
    expect(complaints).toEqual([]);
  });

  test("a flip, a request and a stale flag source show within two seconds", async () => {
    await open();
    await show();
    expect(await row("chat.health").locator(".chip").innerText()).toBe("Legacy");
    side.flags.turn("pam.chat.health", "on");
    side.observer.requestEnded(exchangeRecord({ decision: NATIVE }));
    side.flags.confirm({ state: "stale", source: "unleash", ageMs: 300_000, problem: "401" });
    side.checks.push({ name: "flags", run: () => ({ isReady: true, reason: "stale" }) });
    await row("chat.health").locator('.chip[data-side="native"]').waitFor(SOON);
    const requests = row("chat.health").locator('td[data-label="Requests"][data-side="native"]');
    expect(await requests.innerText()).toBe("1");
    expect(await textOf("#flags-state dd")).toBe("stale, unleash, confirmed 5 min ago. 401");
    expect(await textOf("#announcer")).toBe("chat.health is now native");
    expect(complaints).toEqual([]);
  });

  test("the kill switch is said aloud", async () => {
    await open();
    side.flags.turn("pam.chat", "on");
    await show();
    side.flags.turn("pam.legacy-only", "on");
    await page.getByRole("alert").waitFor(EVENTUALLY);
    expect(await textOf("#alert")).toContain("kill switch is on");
    expect(await row("chat.health").locator(".chip").innerText()).toBe("Legacy");
  });

  test("search and filters narrow the rows, and say when nothing is left", async () => {
    await open({ natives: ["chat.health", "chat.history"] });
    side.flags.turn("pam.chat.health", "on");
    side.observer.requestEnded(exchangeRecord({ route: routeOf("tts.voice"), status: 500 }));
    await show();
    const counts: Record<string, number> = {};
    for (const name of ["Has native", "Native now", "Traffic", "Errors", "All"]) {
      // oxlint-disable-next-line no-await-in-loop -- one filter after another
      await page.getByRole("radio", { name }).check();
      // oxlint-disable-next-line no-await-in-loop -- one filter after another
      counts[name] = await visibleRows().count();
    }
    expect(counts).toEqual({
      "Has native": 2,
      "Native now": 1,
      Traffic: 1,
      Errors: 1,
      All: ROUTE_TABLE.length,
    });
    await page.keyboard.press("/");
    await page.keyboard.type("post voice/test-s");
    expect(await visibleRows().count()).toBe(1);
    await page.keyboard.type("xyz");
    expect(await page.getByText("No route matches.").isVisible()).toBe(true);
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
    expect(await page.locator("#explain-token").inputValue()).toBe("");
    expect(await page.evaluate("localStorage.length + sessionStorage.length")).toBe(0);
    expect(urls.join(" ")).not.toContain(token.slice(0, 20));
    expect(complaints).toEqual([]);
  });

  test("a row explains itself, and a refused question names its field", async () => {
    await open();
    await show();
    await row("ws.socket").getByRole("button").click();
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
    await show();
    expect(await row("chat.health").innerText()).toContain(hostile);
    expect(await textOf("#flags-state dd")).toContain(hostile);
    expect(await textOf("#readiness-state dd")).toContain(hostile);
    await row("chat.health").getByRole("button").click();
    await page.locator(".verdict, .problem").waitFor(EVENTUALLY);
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
    await page.locator("#alert").waitFor({ state: "hidden", ...EVENTUALLY });
    expect(await textOf("#updates-state dd")).toBe("live");
  });

  test("nothing is asked while nobody can see it", async () => {
    await open();
    await page.clock.install();
    await show();
    const setVisibility = async (state: string): Promise<void> => {
      await page.evaluate(
        `Object.defineProperty(document, "visibilityState", { value: "${state}", configurable: true });
         document.dispatchEvent(new Event("visibilitychange"));`,
      );
    };
    await setVisibility("hidden");
    await page.clock.runFor(5_000);
    await page.getByText("paused").waitFor(EVENTUALLY);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.clock.runFor(60_000);
    expect(asked).toEqual([]);
    await setVisibility("visible");
    await page.getByText("live").waitFor(EVENTUALLY);
    expect(asked).not.toEqual([]);
  });

  test.each(["light", "dark"] as const)("every text is readable in %s", async (colorScheme) => {
    await open({ natives: ["chat.health", "chat.history"] });
    side.flags.turn("pam.chat.health", "on");
    side.flags.roll("pam.chat.history", 50);
    side.observer.requestEnded(exchangeRecord({ status: 502 }));
    await page.emulateMedia({ colorScheme });
    await show();
    const background = await page.evaluate("getComputedStyle(document.body).backgroundColor");
    expect(background).toBe(colorScheme === "dark" ? "rgb(17, 21, 19)" : "rgb(246, 245, 241)");
    const table = await readContrast(page);
    expect(table.texts).toBeGreaterThan(ROUTE_TABLE.length * 4);
    expect(table.unreadable).toEqual([]);
    await row("chat.history").getByRole("button").click();
    await page.locator(".verdict").waitFor(EVENTUALLY);
    expect((await readContrast(page)).unreadable).toEqual([]);
  });

  test.each([1280, 768, 390])("nothing is cut off at a width of %i", async (width) => {
    await open();
    for (let count = 0; count < 20; count += 1) {
      side.observer.requestEnded(exchangeRecord({ totalMs: 123_456 }));
    }
    await page.setViewportSize({ width, height: 844 });
    await show();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    const box = await row("chat.health").locator("td").last().boundingBox();
    expect(box === null ? 0 : box.x + box.width).toBeLessThanOrEqual(width);
  });
});
