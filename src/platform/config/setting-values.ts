import { isIP } from "node:net";

import { z } from "zod";

import { expectations } from "#platform/config/setting-documentation.ts";
import { toMessage } from "#platform/errors.ts";
import { parseTrust } from "#platform/trust.ts";

/* What values of variables look like: texts, read strictly. Each kind says what it expects. */

/** Decimal digits only: what JavaScript would also take for a number is more often a slip. */
const digits = z.string().regex(/^\d+$/u).transform(Number);
const numbers = (minimum: number, maximum: number): z.ZodType<number, string> =>
  digits.pipe(z.number().min(minimum).max(maximum));
/** A whole number within bounds, both included; `unit` such as `" of bytes"`. */
export const within = (minimum: number, maximum: number, unit = ""): z.ZodType<number, string> =>
  numbers(minimum, maximum).register(expectations, {
    expected: `a whole number${unit} from ${minimum} to ${maximum}`,
  });
export const port = within(0, 65_535);
export const milliseconds = within(1, 3_600_000, " of milliseconds");
export const bytes = numbers(1_024, Number.MAX_SAFE_INTEGER).register(expectations, {
  expected: "a whole number of bytes, 1024 or more",
});

export const flag = z
  .enum(["true", "1", "on", "yes", "false", "0", "off", "no"])
  .transform((text) => ["true", "1", "on", "yes"].includes(text))
  .register(expectations, { expected: "true or false" });

export const oneOf = <const T extends string>(words: readonly T[]): z.ZodEnum<{ [K in T]: K }> =>
  z.enum(words).register(expectations, { expected: `one of ${words.join(", ")}` });

export const host = z
  .string()
  .refine((text) => isIP(text) !== 0 || /^[\w-]+(?:\.[\w-]+)*\.?$/u.test(text))
  .register(expectations, { expected: "an address or a host name, without scheme and port" });

/** For the value of a `Host` header. */
export const hostAndPort = z
  .string()
  .regex(/^[A-Za-z0-9._-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/u)
  .register(expectations, { expected: "a host, with a port where needed" });

const address = z
  .url({ protocol: /^https?$/u })
  .transform((text) => new URL(text))
  // Credentials would stand in logs and in the banner.
  .refine(({ search, hash, username, password }) => search + hash + username + password === "");
export const httpUrl = address.register(expectations, {
  expected: "an http:// or https:// address without query, fragment or credentials",
});
export const origin = address
  .refine((url) => url.pathname === "/")
  .register(expectations, {
    expected: "an http:// or https:// address without path, query, fragment or credentials",
  });

/** As browsers write an origin: anything else would never be met. */
function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.host !== "" && text === `${url.protocol}//${url.host}`;
}
/** Separated by commas. */
export const origins = z
  .string()
  .transform((text) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== ""),
  )
  .refine((items) => items.every(isOrigin))
  .register(expectations, {
    expected: "a comma list of origins as browsers send them, such as https://app.example",
  });

/** What stands around it, such as the line break of a file that it was read from, would be part of the name. */
export const path = z
  .string()
  .regex(/^[^\s\p{Cc}](?:\P{Cc}*[^\s\p{Cc}])?$/u)
  .register(expectations, { expected: "a path without blanks around it" });

/** RFC 9110 §5.6.2 field content without line breaks: a value that can stand in a header. */
const printable = z.string().regex(/^[\x21-\x7e]+$/u);
export const secret = printable.register(expectations, {
  expected: "printable ASCII characters without blanks",
  isSecret: true,
});
export const secretOf = (characters: number): z.ZodString =>
  printable.min(characters).register(expectations, {
    expected: `at least ${characters} printable ASCII characters without blanks`,
    isSecret: true,
  });

/** pg takes a host that is left out behind credentials for a local socket, and no URL does. */
export const postgresUrl = z
  .string()
  .regex(/^postgres(?:ql)?:\/\/\S+$/u)
  .refine((text) => URL.canParse(text.replace("@/", "@socket/")))
  .register(expectations, { expected: "a postgres:// or postgresql:// address", isSecret: true });
export const redisUrl = z
  .string()
  .regex(/^rediss?:\/\/\S+$/u)
  .refine((text) => URL.canParse(text))
  .register(expectations, { expected: "a redis:// or rediss:// address", isSecret: true });

export const modelName = z
  .string()
  .regex(/^[\w.:-]{1,100}$/u)
  .register(expectations, { expected: "the name of a model that docs/providers.md lists" });
export const buildName = z
  .string()
  .regex(/^[\w.+:@/-]{1,200}$/u)
  .register(expectations, { expected: "letters, digits and . + : @ / - _, at most 200" });

export const trust = z
  .string()
  .transform((text, context) => {
    try {
      return parseTrust(text);
    } catch (error) {
      context.addIssue(toMessage(error));
      return z.NEVER;
    }
  })
  .register(expectations, {
    expected:
      "off, on, a number of hops from 1 to 32, or a comma list of addresses and CIDR blocks",
  });
