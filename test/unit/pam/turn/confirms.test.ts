import { describe, expect, test } from "vitest";

import { confirms } from "#pam/turn/confirms.ts";

describe("a user's yes", () => {
  test.each([
    "yes",
    "Yep!",
    "yeah, send it",
    "OK",
    "Okay. Thanks",
    "Sure, go ahead and post it",
    "I confirm",
    "Confirmed",
    "please proceed",
    "DO IT",
    "Is that the right text? Yes, send it.",
    "Sí, adelante",
    "Oui, vas-y",
    "D’accord",
    "ＹＥＳ",
    "Looks good, send it",
    "That's ok",
    "You can go ahead",
    "Thanks, please do it",
    "“Yes”",
  ])("is heard in %o", (message) => {
    expect(confirms(message)).toBe(true);
  });

  test.each([
    "",
    "Post that I am in Broken Hill",
    "Look at my cookout",
    "bookings, tokens and insured things",
    "No",
    "Don't do it",
    "Don’t send it",
    "I'm not sure",
    "Yes. No, wait",
    "Is it ok?",
    "Should I go ahead?",
    "Cancel it, ok?",
    "Sí, pero espera",
    "Non, pas ok",
    "yesterday",
    "What is the weather in Okay, Oklahoma",
    "Tell me about Sure Creek campground",
    "Search the web for how to confirm a booking",
    "Is it safe to proceed to Cairns",
    "Do it yourself car repair guides",
    "Tell me whether dogs are ok there",
  ])("is not heard in %o", (message) => {
    expect(confirms(message)).toBe(false);
  });

  test("is looked for in linear time: quadratic time would not end", () => {
    expect(confirms("go ahea".repeat(100_000))).toBe(false);
    expect(confirms("?".repeat(1_000_000))).toBe(false);
    expect(confirms("d'".repeat(500_000))).toBe(false);
    expect(confirms("and ".repeat(250_000))).toBe(false);
    expect(confirms(" ,".repeat(500_000))).toBe(false);
    expect(confirms(`${" ".repeat(1_000_000)}x`)).toBe(false);
  });
});
