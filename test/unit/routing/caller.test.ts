import fc from "fast-check";
import { expect, test } from "vitest";

import { RequestCaller, toClientLabel, toParameterNames } from "#routing/caller.ts";

const CHROME =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";

test.each([
  [{ "user-agent": "curl/8.5.0" }, "curl"],
  [{ "user-agent": "python-requests/2.32" }, "python-requests"],
  [{ "user-agent": CHROME }, "chrome"],
  [
    { "user-agent": `${CHROME} Edg/131.0.0.0`, origin: "https://app.example" },
    "edge from app.example",
  ],
  [{ "user-agent": CHROME, "x-client-info": "supabase-js-web/2.38.0" }, "supabase-js-web"],
  [{ "user-agent": "Mozilla/5.0 (something)" }, "browser"],
  [{ "user-agent": "Deno" }, "deno"],
  [{ "user-agent": "" }, "unknown"],
  [{}, "unknown"],
  [{ "user-agent": "curl/8", origin: "null" }, "curl"],
  [{ "user-agent": "curl/8", origin: "http://localhost:5173" }, "curl from localhost"],
  [{ "user-agent": "curl/8", origin: "https://user:secret@app.example" }, "curl"],
] as const)("%j comes from %s", (headers, label) => {
  expect(toClientLabel(headers)).toBe(label);
});

test("a label is short and plain, whatever was sent", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.webUrl(), (agent, info, origin) => {
      const label = toClientLabel({ "user-agent": agent, "x-client-info": info, origin });
      expect(label).toMatch(/^[\w. -]{1,100}$/u);
    }),
  );
});

test("names of parameters are told, each once, and no values", () => {
  expect(toParameterNames("/a?token=secret&limit=5&limit=6&filter[x]=1")).toEqual([
    "token",
    "limit",
    "filter[x]",
  ]);
  expect(toParameterNames("/a")).toEqual([]);
  expect(toParameterNames("/a?")).toEqual([]);
  expect(toParameterNames("/a?flag&&x=1")).toEqual(["flag", "x"]);
});

test("names are few and plain, whatever was sent", () => {
  expect(toParameterNames("/a?%00=1&%F0%9F%98%80=2&=3")).toEqual(["(odd)"]);
  const many = Array.from({ length: 100 }, (_, index) => `p${index}=1`).join("&");
  expect(toParameterNames(`/a?${many}`)).toHaveLength(16);
});

test("a caller answers by its own request", () => {
  const caller = new RequestCaller({
    headers: { "user-agent": "curl/8" },
    target: "/a?b=1",
    positionOf: (flag) => flag.length,
  });
  expect(caller.clientLabel()).toBe("curl");
  expect(caller.parameterNames()).toEqual(["b"]);
  expect(caller.positionOf("pam.chat")).toBe(8);
});
