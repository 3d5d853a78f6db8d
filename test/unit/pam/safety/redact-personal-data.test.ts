import fc from "fast-check";
import { expect, test } from "vitest";

import { redactPersonalData } from "#pam/safety/redact-personal-data.ts";

test.each([
  ["write to me@example.org now", "write to <EMAIL> now"],
  ["Me.Too+x@mail.example.co.uk, please", "<EMAIL>, please"],
  ["call 0412 345 678", "call <PHONE>"],
  ["call 0412345678", "call <PHONE>"],
  ["call (02) 9999 1234 or 1300 123 456", "call <PHONE> or <PHONE>"],
  ["site 12 0412 345 678", "site 12 <PHONE>"],
  ["+61 412 345 678", "<PHONE>"],
  ["+1 (555) 123-4567", "<PHONE>"],
  ["555-123-4567 and (555) 123-4567", "<PHONE> and <PHONE>"],
  ["my ssn is 123-45-6789", "my ssn is <SSN>"],
  ["4111 1111 1111 1111", "<CREDIT_CARD>"],
  ["4111-1111-1111-1111, amex 3782 822463 10005", "<CREDIT_CARD>, amex <CREDIT_CARD>"],
  ["4111111111111111", "<CREDIT_CARD>"],
  ["account number 12345678", "<ACCOUNT>"],
  ["Account: 1234-5678", "<ACCOUNT>"],
  ["BSB 062-000 acct #12345678", "<ACCOUNT> <ACCOUNT>"],
  ["passport PA1234567", "<ACCOUNT>"],
])("%s becomes %s", (text, expected) => {
  expect(redactPersonalData(text)).toBe(expected);
});

test.each([
  "from 2026-11-22 to 2026-11-30 at 10:30",
  "12.50 for lunch, 1500 km, 3 nights",
  "between 2024 and 2026",
  "-33.8688, 151.2093",
  "my account is empty",
  "we drove 12 345 678 metres",
  "camp at 5 pm @ the lake",
  "reference 1234567890123456789012345",
])("%s stays as it is", (text) => {
  expect(redactPersonalData(text)).toBe(text);
});

test("an address or a card in the middle of anything is found", () => {
  const around = fc.stringMatching(/^[a-z ,.!?]{0,40}$/u);
  fc.assert(
    fc.property(around, around, (before, after) => {
      const redacted = redactPersonalData(
        `${before} jo.doe@example.com ${after} 5500 0000 0000 0004 ${before}`,
      );
      expect(redacted).not.toMatch(/jo\.doe|0000/u);
    }),
  );
});
