import { isIPv6 } from "node:net";

import { isTrusted, toForwardingChain, toPlainAddress, type Trust } from "#platform/trust.ts";

/** The legacy takes a client's address from these, too: only a peer we trust may send them. */
export const ADDRESS_CLAIMS: ReadonlySet<string> = new Set(["cf-connecting-ip", "x-real-ip"]);

export const FORWARDING_PREFIX = "x-forwarded-";

/** Whether a header says, in lower case, whom a request comes from. */
export const isForwarding = (name: string): boolean =>
  name.startsWith(FORWARDING_PREFIX) || ADDRESS_CLAIMS.has(name);

/** A node of `Forwarded` (RFC 7239 §6). */
const toNode = (address: string): string => (isIPv6(address) ? `"[${address}]"` : address);
const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

/** Banyan's own listener has no TLS; what was in front of it tells, if it can be believed. */
const OWN_SCHEME = "http";

/**
 * Says whom a request comes from, behind the headers that pass. `taken` has what the client's copy said; `host` is the
 * client's.
 */
export function pushForwarding(
  headers: string[],
  taken: ReadonlyMap<string, string>,
  { peerAddress, trust, host }: { peerAddress: string; trust: Trust; host: string | undefined },
): void {
  const peer = toPlainAddress(peerAddress);
  const believed = isTrusted(trust, peer, 0) ? taken : undefined;
  const chain = toForwardingChain(peer, believed?.get("x-forwarded-for"), trust);
  headers.push("x-forwarded-for", chain.join(", "));
  headers.push("x-forwarded-proto", believed?.get("x-forwarded-proto") ?? OWN_SCHEME);
  const forwardedHost = believed?.get("x-forwarded-host") ?? host;
  if (forwardedHost !== undefined) headers.push("x-forwarded-host", forwardedHost);
  // The legacy does not read it, so it is kept up only where the client's side speaks it.
  if (!taken.has("forwarded")) return;
  const earlier = believed?.get("forwarded");
  const own = [`for=${toNode(peer)}`, ...(host === undefined ? [] : [`host=${quote(host)}`])];
  const element = [...own, `proto=${OWN_SCHEME}`].join(";");
  headers.push("forwarded", earlier === undefined ? element : `${earlier}, ${element}`);
}

/** The address of the client itself, as far as `trust` lets it be known. */
export function clientAddress(
  peerAddress: string,
  forwardedFor: string | readonly string[] | undefined,
  trust: Trust,
): string {
  const value = typeof forwardedFor === "object" ? forwardedFor.join(",") : forwardedFor;
  return toForwardingChain(peerAddress, value, trust)[0] ?? "";
}
