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
  ])("is not heard in %o", (message) => {
    expect(confirms(message)).toBe(false);
  });

  test("is looked for in linear time: quadratic time would not end", () => {
    expect(confirms("go ahea".repeat(100_000))).toBe(false);
    expect(confirms("?".repeat(1_000_000))).toBe(false);
    expect(confirms("d'".repeat(500_000))).toBe(false);
  });
});
