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
    "Yes, send it to Bob with the photo",
    "Okay then, post it",
    "ok thank you 👍",
    "Sure, of course. Please do",
    "Yes. And what is the weather in Oslo?",
    "Yes I do want that",
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
    "okay then tell me about Oslo",
    "OK, what about Oslo",
    "Okay. Tell me about Oslo",
    "ok send me the weather in Oslo",
    "Sure thing is expensive",
    "yes tell me about Oslo",
    "Ok. Anything new?",
    "Sure, show my budget",
    "Vale, cuéntame de Oslo",
    "D'accord, parle-moi d'Oslo",
    "go ahead to the next campground",
  ])("is not heard in %o", (message) => {
    expect(confirms(message)).toBe(false);
  });

  test("is looked for in linear time: quadratic time would not end", () => {
    expect(confirms("go ahea".repeat(100_000))).toBe(false);
    expect(confirms("?".repeat(1_000_000))).toBe(false);
    expect(confirms("d'".repeat(500_000))).toBe(false);
    expect(confirms("and ".repeat(250_000))).toBe(false);
    expect(confirms(`ok ${"ok-".repeat(300_000)}`)).toBe(false);
    expect(confirms(" ,".repeat(500_000))).toBe(false);
    expect(confirms(`${" ".repeat(1_000_000)}x`)).toBe(false);
  });
});
