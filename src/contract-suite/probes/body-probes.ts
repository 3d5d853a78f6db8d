import { z } from "zod";

import { hostileValues } from "#contract-suite/probes/hostile-values.ts";
import { toObjectText, withField, withoutField } from "#contract-suite/probes/json-text.ts";
import type { Probe } from "#contract-suite/probes/make-probes.ts";
import type { ProbeRequest } from "#contract-suite/probes/probe-request.ts";
import { sampleFields, unwrap } from "#contract-suite/probes/sample-value.ts";

const OTHER_TYPES = ["text/plain", "application/xml", "application/x-www-form-urlencoded"] as const;

function withType(request: ProbeRequest, type: string | undefined): ProbeRequest {
  const at = request.headers.findIndex((name) => name === "Content-Type");
  const headers = request.headers.toSpliced(at, 2);
  return { ...request, headers: type === undefined ? headers : [...headers, "Content-Type", type] };
}

function wholeProbes(sample: ProbeRequest): readonly Probe[] {
  const good = sample.body ?? Buffer.alloc(0);
  const bodies: readonly (readonly [string, Buffer | string])[] = [
    ["null-body", "null"],
    ["list-body", "[]"],
    ["text-body", '"abc"'],
    ["number-body", "1"],
    ["cut-off-json", good.subarray(0, -1)],
    ["trailing-garbage", Buffer.concat([good, Buffer.from(" x")])],
    ["single-quotes", "{'a': 1}"],
    ["comment", "/* x */ {}"],
    ["byte-order-mark", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), good])],
    [
      "bad-utf-8",
      Buffer.concat([good.subarray(0, -1), Buffer.from([0xff, 0xfe]), good.subarray(-1)]),
    ],
    ["utf-16", Buffer.from(good.toString(), "utf16le")],
    ["deep-nesting-body", "[".repeat(100_000)],
  ];
  return [
    { name: "no-body", request: { ...sample, body: undefined } },
    ...bodies.map(([name, body]) => ({ name, request: { ...sample, body: Buffer.from(body) } })),
    { name: "no-content-type", request: withType(sample, undefined) },
    { name: "json-suffix-type", request: withType(sample, "application/vnd.api+json; charset=x") },
    ...OTHER_TYPES.map((type) => ({
      name: `as-${type.replace("/", "-")}`,
      request: withType(sample, type),
    })),
  ];
}

function fieldProbes(schema: z.ZodObject, sample: ProbeRequest): readonly Probe[] {
  const good = sampleFields(schema);
  const send = (name: string, text: string): Probe => ({
    name,
    request: { ...sample, body: Buffer.from(text) },
  });
  const fields = Object.entries<z.core.$ZodType>(schema.shape).flatMap(([key, field]) => [
    send(`without-${key}`, toObjectText(withoutField(good, key))),
    ...hostileValues(field).map(({ name, text }) =>
      send(`${key}-as-${name}`, toObjectText(withField(good, key, text))),
    ),
  ]);
  const [first] = good;
  return [
    ...fields,
    send("a-field-more", toObjectText([...good, ["no_such_field", "1"]])),
    send("a-field-called-proto", toObjectText([...good, ["__proto__", '{"a":1}']])),
    send("no-fields", "{}"),
    ...(first === undefined
      ? []
      : [send("a-field-twice", toObjectText([[first[0], "[]"], ...good]))]),
  ];
}

/** Bodies that are wrong as a whole, and bodies that are wrong in one field. */
export function bodyProbes(body: z.ZodType, sample: ProbeRequest): readonly Probe[] {
  const schema = unwrap(body);
  return [
    ...wholeProbes(sample),
    ...(schema instanceof z.ZodObject ? fieldProbes(schema, sample) : []),
  ];
}
