import { join } from "node:path";

import { describe, expect, test } from "vitest";
import { z } from "zod";

import { createChatBody } from "#contracts/chat/send.contract.ts";
import type { RequestContract } from "#contracts/contract.ts";
import { ROUTE_CONTRACTS } from "#contracts/index.ts";
import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import { type HttpRecording, toBodyBytes } from "#contracts/recordings/recording.ts";
import {
  parseLegacyBody,
  parseLegacyQuery,
  parseLegacyRequest,
  type Parsed,
  readLegacyBody,
} from "#contracts/validation/legacy-request.ts";
import { packageRoot } from "#platform/package-root.ts";
import { createRouteMatcher, pathOf } from "#routing/match-route.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

const { http } = loadRecordings(join(packageRoot(), "contracts/recordings"));
const matchRoute = createRouteMatcher(ROUTE_TABLE);

/** What the sanitiser has against a message is its own affair; here it refuses what is nothing but tags. */
const chatRequest = {
  body: createChatBody({
    message: (message) =>
      message.replaceAll(/<[^>]*>/g, "") === ""
        ? "Message validation failed: Message content is invalid after sanitization"
        : undefined,
  }),
};

const requests = new Map<string, RequestContract>([
  ...ROUTE_CONTRACTS.map(({ id, request }) => [id, request] as const),
  ["chat.send", chatRequest],
]);

function valueOf(headers: readonly string[], name: string): string | undefined {
  const at = headers.findIndex((item, index) => index % 2 === 0 && item.toLowerCase() === name);
  return at === -1 ? undefined : headers[at + 1];
}

function parse({ query, body }: RequestContract, { request }: HttpRecording): Parsed<unknown> {
  const search = request.target.slice(pathOf(request.target).length + 1);
  if (body === undefined) return parseLegacyQuery(query ?? z.object({}), search);
  const read = readLegacyBody(valueOf(request.headers, "content-type"), toBodyBytes(request.body));
  if (!read.ok) return read;
  return query === undefined
    ? parseLegacyBody(body, read.body)
    : parseLegacyRequest({ query, body }, { search, body: read.body });
}

const cases = http.flatMap((recording) => {
  const { method, target } = recording.request;
  const contract = requests.get(matchRoute(method, target)?.route.id ?? "");
  return contract === undefined ? [] : [{ id: recording.id, recording, contract }];
});

describe("every recorded 422 is given again, byte for byte", () => {
  const refused = cases.filter(({ recording }) => recording.response.status === 422);

  test("there are 159 of them, none by a filter", () => {
    expect(http.filter(({ response }) => response.status === 422)).toHaveLength(159);
    expect(refused).toHaveLength(159);
  });

  test.each(refused)("$id", ({ recording, contract }) => {
    expect(parse(contract, recording)).toEqual({
      ok: false,
      status: 422,
      body: toBodyBytes(recording.response.body).toString(),
    });
  });
});

describe("every request that the legacy took is taken", () => {
  const taken = cases.filter(({ recording }) => recording.response.status === 200);

  test.each(taken)("$id", ({ recording, contract }) => {
    expect(parse(contract, recording)).toMatchObject({ ok: true });
  });
});
