import { type ReceivedAnswer } from "#contract-suite/compare/answer.ts";
import { type Difference, toShortText } from "#contract-suite/compare/difference.ts";
import type { Trace } from "#contract-suite/run/run-suite.ts";
import type { WireRequest } from "#contract-suite/wire/http-client.ts";
import { answerFaults } from "#contracts/answer-faults.ts";
import type { FrameContract, RouteContract, SocketContract } from "#contracts/contract.ts";
import { groupHeaders, readJson } from "#platform/comparison/index.ts";

/** What both sides must meet, by the ids of the route table. */
export interface Contracts {
  readonly routes: ReadonlyMap<string, RouteContract>;
  readonly sockets: ReadonlyMap<string, SocketContract>;
}

export function toContracts(
  routes: readonly RouteContract[],
  sockets: readonly SocketContract[],
): Contracts {
  return {
    routes: new Map(routes.map((contract) => [contract.id, contract])),
    sockets: new Map(sockets.map((contract) => [contract.id, contract])),
  };
}

const broken = (path: string, fault: string, got: string): Difference => ({
  path,
  kind: "contract",
  expected: toShortText(fault),
  got: toShortText(got),
});

/** What an answer has against the contract of its route; at most the fault of the answer that fits best. */
function compareWithContract(
  contract: RouteContract,
  { status, headers, body }: ReceivedAnswer,
): readonly Difference[] {
  const groups = groupHeaders(headers);
  const header = (name: string): string | undefined => groups.get(name)?.join(", ");
  const [fault] = answerFaults(contract, { status, header, body });
  return fault === undefined ? [] : [broken("/contract", fault, body.toString("utf8"))];
}

/** The kinds of frame that a text is one of. */
export const framesOf = (
  frames: readonly FrameContract[],
  text: string,
): readonly FrameContract[] => {
  const read = readJson(text);
  return read === undefined
    ? []
    : frames.filter(({ schema }) => schema.safeParse(read.value).success);
};

function compareFrames(contract: SocketContract, texts: readonly string[]): readonly Difference[] {
  return texts.flatMap((text, at) =>
    framesOf(contract.outbound, text).length > 0
      ? []
      : [broken(`/frames/${at}`, `a frame that ${contract.id} knows`, text)],
  );
}

/** A case may call other routes than its own on the way. */
function contractOf(
  { method, target }: WireRequest,
  route: string,
  routes: Contracts["routes"],
): RouteContract | undefined {
  const [path] = target.split("?");
  const called = [...routes.values()].find((each) => each.method === method && each.path === path);
  return called ?? routes.get(route);
}

/** The same for whatever a step brought. A route without a contract has nothing to be held to. */
export function compareTrace(
  route: string,
  trace: Trace,
  { routes, sockets }: Contracts,
): readonly Difference[] {
  if (trace.kind === "conversation") {
    const contract = sockets.get(route);
    const texts = trace.said.flatMap((said) =>
      said.kind === "got" && said.event.kind === "text" ? [said.event.text] : [],
    );
    return contract === undefined ? [] : compareFrames(contract, texts);
  }
  const contract = contractOf(trace.request, route, routes);
  // An answer to HEAD has no body to be held to.
  if (contract === undefined || trace.answer === undefined || trace.request.method === "HEAD") {
    return [];
  }
  return compareWithContract(contract, trace.answer);
}
