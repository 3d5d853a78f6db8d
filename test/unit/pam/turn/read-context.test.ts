import { describe, expect, test } from "vitest";

import { readContext } from "#pam/turn/read-context.ts";
import { toSystemPrompt } from "#pam/turn/system-prompt.ts";

describe("where the user is", () => {
  test.each<[string, Record<string, unknown>, unknown]>([
    ["short names", { lat: -27.5, lng: 153 }, { latitude: -27.5, longitude: 153 }],
    ["long names", { latitude: 1, longitude: 2 }, { latitude: 1, longitude: 2 }],
    ["numbers as text", { lat: " -27.5", lng: "153" }, { latitude: -27.5, longitude: 153 }],
    ["no numbers", { lat: "north", lng: true }, undefined],
    ["a latitude beyond the pole", { lat: 91, lng: 0 }, undefined],
    ["a longitude beyond a turn", { lat: 0, lng: 181 }, undefined],
    ["a city alone", { city: "Cairns" }, undefined],
  ])("is read from %s", (_name, user_location, position) => {
    expect(readContext({ user_location }).caller.position).toEqual(position);
  });

  test("is no reason to fail where it is a text: the model still reads it", () => {
    const context = readContext({ user_location: "somewhere near Cairns" });
    expect(context.caller.position).toBeUndefined();
    expect(toSystemPrompt({ known: context.known, nowMs: 0 })[1]).toContain("near Cairns");
  });

  test("is the client's newest word: userLocation, user_location, what was remembered", () => {
    const remembered = { user_location: { city: "Sydney" } };
    const both = { userLocation: { city: "Cairns" }, user_location: { city: "Darwin" } };
    const place = (client: Record<string, unknown>) =>
      readContext(client, remembered).known["user_location"];
    expect(place(both)).toEqual({ city: "Cairns" });
    expect(place({ user_location: { city: "Darwin" } })).toEqual({ city: "Darwin" });
    expect(place({})).toEqual({ city: "Sydney" });
  });
});

describe("the time zone", () => {
  test.each<[string, Record<string, unknown>, string | undefined]>([
    ["its own field", { timezone: "Australia/Perth" }, "Australia/Perth"],
    ["the location", { user_location: { timezone: "Asia/Tokyo" } }, "Asia/Tokyo"],
    [
      "the location, where its own is none",
      { timezone: "Mars/Phobos", user_location: { timezone: "Asia/Tokyo" } },
      "Asia/Tokyo",
    ],
    ["nowhere", { timezone: 7 }, undefined],
  ])("is taken from %s", (_name, client, timeZone) => {
    expect(readContext(client).caller.timeZone).toBe(timeZone);
  });
});

describe("the second block of the system prompt", () => {
  test("tells the time where the user is", () => {
    const context = readContext({ timezone: "Australia/Perth" });
    const nowMs = Date.UTC(2026, 2, 15, 20);
    expect(toSystemPrompt({ ...context, ...context.caller, language: "es-MX", nowMs })[1]).toMatch(
      /^Answer in Spanish.*\nIt is Monday,? 16 March 2026 at 4:00 am \(Australia\/Perth\)\.$/u,
    );
  });

  test("holds the known keys alone, and never more than some thousand characters", () => {
    const large = "x".repeat(5_000);
    const context = readContext({
      user_id: "secret-id",
      vehicle_info: { note: large },
      travel_preferences: { note: large },
      current_page: "trips",
    });
    const [, block = ""] = toSystemPrompt({ known: context.known, language: "??", nowMs: 0 });
    expect(block).toContain("Answer in English");
    expect(block).toContain("vehicle_info");
    expect(block).toContain("current_page");
    expect(block).not.toContain("travel_preferences");
    expect(block).not.toContain("secret-id");
    expect(block.length).toBeLessThan(6_500);
  });
});
