import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import type { OpenDatabase } from "#platform/database/index.ts";
import { openEmbedded } from "#platform/database/open-embedded.ts";
import { createManualClock } from "#support/manual-clock.ts";

import { createToolKit, failure, ME, NOW, OTHER, type ToolKit } from "./tool-kit.ts";

const SYDNEY = { timeZone: "Australia/Sydney" };
const eventSchema = z.object({
  id: z.string(),
  title: z.string(),
  start_date: z.string(),
  end_date: z.string(),
});

let opened: OpenDatabase;
let kit: ToolKit;

beforeAll(async () => {
  opened = await openEmbedded();
  kit = createToolKit({ clock: createManualClock(NOW), database: opened.database });
});
afterAll(async () => opened.close());
beforeEach(async () => {
  await opened.database.deleteFrom("calendar_events").execute();
});

async function add(title: string, start: string, extra: Readonly<Record<string, unknown>> = {}) {
  const args = { title, start_date: start, ...extra };
  const { event } = await kit.succeed("create_calendar_event", args, SYDNEY);
  return eventSchema.parse(event);
}

async function titles(args: Readonly<Record<string, unknown>>): Promise<unknown[]> {
  const { events } = await kit.succeed("get_calendar_events", args, SYDNEY);
  return z
    .array(eventSchema)
    .parse(events)
    .map(({ title }) => title);
}

describe("an entry", () => {
  test("starts at the user's local time, lasts an hour and reminds a quarter before", async () => {
    const { event } = await kit.succeed(
      "create_calendar_event",
      { title: "Dentist", start_date: "2026-04-20T14:00:00" },
      SYDNEY,
    );
    expect(event).toMatchObject({
      user_id: ME,
      start_date: "2026-04-20T04:00:00+00:00",
      end_date: "2026-04-20T05:00:00+00:00",
      event_type: "reminder",
      all_day: false,
      reminder_minutes: [15],
    });
  });

  test("keeps everything it is given", async () => {
    const args = {
      title: "Service",
      start_date: "2026-04-20T09:00Z",
      end_date: "2026-04-20T12:30Z",
      description: "Van",
      event_type: "maintenance",
      all_day: "true",
      location_name: "Dubbo",
      reminder_minutes: 0,
    };
    const { event } = await kit.succeed("create_calendar_event", args);
    expect(event).toMatchObject({
      description: "Van",
      event_type: "maintenance",
      all_day: true,
      location_name: "Dubbo",
      reminder_minutes: [0],
      end_date: "2026-04-20T12:30:00+00:00",
    });
  });

  test("that would end before it starts is refused", async () => {
    const args = { title: "x", start_date: "2026-04-20T09:00", end_date: "2026-04-20T08:00" };
    expect(await kit.call("create_calendar_event", args)).toEqual(
      failure("INVALID_ARGUMENTS", 'Invalid argument "end_date": must not be before the start'),
    );
  });

  test("that is moved keeps its length", async () => {
    const { id } = await add("Dentist", "2026-04-20T14:00", { end_date: "2026-04-20T16:00" });
    const { event } = await kit.succeed(
      "update_calendar_event",
      { event_id: id, start_date: "2026-04-21T10:00" },
      SYDNEY,
    );
    expect(event).toMatchObject({
      title: "Dentist",
      start_date: "2026-04-21T00:00:00+00:00",
      end_date: "2026-04-21T02:00:00+00:00",
    });
  });

  test("is changed in what is given, and in nothing else", async () => {
    const { id } = await add("Dentist", "2026-04-20T14:00", { location_name: "Dubbo" });
    const { event } = await kit.succeed("update_calendar_event", {
      event_id: id,
      title: "Doctor",
      event_type: "personal",
      end_date: "2026-04-20T10:00Z",
      reminder_minutes: 60,
    });
    expect(event).toMatchObject({
      title: "Doctor",
      event_type: "personal",
      location_name: "Dubbo",
      start_date: "2026-04-20T04:00:00+00:00",
      end_date: "2026-04-20T10:00:00+00:00",
      reminder_minutes: [60],
    });
  });

  test("cannot be made to end before it starts", async () => {
    const { id } = await add("Dentist", "2026-04-20T14:00");
    const args = { event_id: id, end_date: "2026-04-01" };
    expect(await kit.call("update_calendar_event", args)).toMatchObject({
      error_code: "INVALID_ARGUMENTS",
    });
  });

  test("is removed once; the second time it is not there", async () => {
    const { id } = await add("Dentist", "2026-04-20T14:00");
    const gone = failure("NOT_FOUND", "There is no such calendar entry");
    expect(await kit.call("delete_calendar_event", { event_id: id }, { userId: OTHER })).toEqual(
      gone,
    );
    expect(await kit.succeed("delete_calendar_event", { event_id: id })).toMatchObject({
      message: 'Removed "Dentist" from the calendar',
    });
    expect(await kit.call("delete_calendar_event", { event_id: id })).toEqual(gone);
    expect(await kit.call("update_calendar_event", { event_id: id, title: "x" })).toEqual(gone);
  });
});

describe("the list", () => {
  beforeEach(async () => {
    await add("past", "2026-03-01T09:00");
    await add("late", "2026-03-31T23:30", { event_type: "trip" });
    await add("soon", "2026-03-16T09:00");
    await add("next month", "2026-04-01T09:00");
  });

  test.each([
    [{}, ["soon", "late", "next month"]],
    [{ include_past: true }, ["past", "soon", "late", "next month"]],
    [{ end_date: "2026-03-31" }, ["soon", "late"]],
    [{ start_date: "2026-02-01", end_date: "2026-03-15" }, ["past"]],
    [{ start_date: "2026-03-31T23:45" }, ["late", "next month"]],
    [{ end_date: "2026-03-31T10:00" }, ["soon"]],
    [{ event_type: "trip" }, ["late"]],
    [{ limit: 1 }, ["soon"]],
  ])("for %j is %j, in the user's own days", async (args, expected) => {
    expect(await titles(args)).toEqual(expected);
  });

  test("of nothing says so", async () => {
    expect(await kit.succeed("get_calendar_events", { event_type: "booking" })).toMatchObject({
      events: [],
      count: 0,
      message: "No calendar entries",
    });
  });
});

test("a meetup goes into the organiser's own calendar, and says that it is not published", async () => {
  const { event, message } = await kit.succeed(
    "create_event",
    {
      title: "Potluck",
      description: "Bring food",
      event_date: "2026-04-20T18:00",
      location: "Creek",
      max_attendees: 12,
    },
    SYDNEY,
  );
  expect(event).toMatchObject({
    user_id: ME,
    start_date: "2026-04-20T08:00:00+00:00",
    end_date: "2026-04-20T10:00:00+00:00",
    location_name: "Creek",
    description: "Bring food\n\nAt most 12 people",
  });
  expect(message).toContain("cannot be published yet");
});
