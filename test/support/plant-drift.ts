import type { DriftExample, DriftStore } from "#delivery/drift/index.ts";

const exchangeDifferences = [
  {
    kind: "value",
    path: "/body/status",
    field: "/body/status",
    legacy: '"healthy"',
    native: '"broken"',
  },
  {
    kind: "missing",
    path: "/body/services/ai",
    field: "/body/services/ai",
    legacy: '"up"',
    native: "",
  },
] as const;

const conversationDifferences = [
  {
    kind: "missing",
    path: "/frames/typing",
    field: "/frames/typing",
    legacy: "typing",
    native: "",
  },
] as const;

const facts = { requestId: "request-1", omitted: 0, effects: [] };

/** A shadowed request to which native answered another body than legacy, a list included. */
export function plantDrift(drift: Pick<DriftStore, "recordShadow">, routeId: string): void {
  const differences = exchangeDifferences;
  const toExample = (id: string, atMs: number): DriftExample => ({
    ...facts,
    id,
    atMs,
    routeId,
    differences,
    kind: "exchange",
    request: { method: "GET", target: "/api/v1/pam/health", headers: ["accept", "*/*"], body: "" },
    legacy: {
      status: 200,
      headers: ["content-type", "application/json"],
      body: '{"status":"healthy","services":{"ai":"up","db":"up"}}',
    },
    native: {
      status: 200,
      headers: ["content-type", "application/json"],
      body: '{"status":"broken","services":{"db":"up"}}',
    },
  });
  drift.recordShadow({ routeId, differences, omitted: 0, isFailed: false, toExample });
}

/** A shadowed conversation in which native left a frame out. */
export function plantConversation(drift: Pick<DriftStore, "recordShadow">, routeId: string): void {
  const differences = conversationDifferences;
  const said = { from: "client", text: '{"type":"chat","message":"hi"}' } as const;
  const reply = { from: "server", text: '{"type":"chat_response","message":"Hello!"}' } as const;
  const toExample = (id: string, atMs: number): DriftExample => ({
    ...facts,
    id,
    atMs,
    routeId,
    differences,
    kind: "conversation",
    request: { target: "/api/v1/pam/ws/u1", headers: [] },
    legacy: {
      frames: [said, { from: "server", text: '{"type":"typing"}' }, reply],
      close: { code: 1000, by: "client" },
    },
    native: { frames: [said, reply], close: { code: 1000, by: "client" } },
  });
  drift.recordShadow({ routeId, differences, omitted: 0, isFailed: false, toExample });
}
