import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";

import { AppError } from "#platform/errors.ts";

/** Whose word about a client's address is believed. */
export type Trust =
  | { readonly kind: "off" }
  /** Whoever connects, and all that it says: it stands for those in front of it. */
  | { readonly kind: "all" }
  /** This many proxies, counted from our own peer, whatever their address. */
  | { readonly kind: "hops"; readonly hops: number }
  | { readonly kind: "addresses"; readonly addresses: BlockList };

const MAX_HOPS = 32;

function addRange(addresses: BlockList, range: string): void {
  const [address = "", prefix, ...rest] = range.split("/");
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  const maxBits = family === "ipv6" ? 128 : 32;
  const bits = prefix === undefined ? maxBits : Number(prefix || Number.NaN);
  if (isIP(address) === 0 || rest.length > 0 || !(bits >= 0 && bits <= maxBits && bits % 1 === 0)) {
    throw new AppError(
      "CONFIGURATION_INVALID",
      `Cannot read TRUST_PROXY: expected off, on, a number of hops or a list of addresses: found "${range}"`,
    );
  }
  addresses.addSubnet(address, bits, family);
}

/**
 * Reads a setting: `off`, `false` or `0` · `on` or `true`: whoever connects to us, and all it says · a number of hops · a comma list of addresses and CIDR blocks. Throws `CONFIGURATION_INVALID` on anything else.
 */
export function parseTrust(text: string): Trust {
  const setting = text.trim().toLowerCase();
  if (["", "off", "false"].includes(setting)) return { kind: "off" };
  if (["on", "true"].includes(setting)) return { kind: "all" };
  if (/^\d+$/.test(setting) && Number(setting) <= MAX_HOPS) {
    return setting === "0" ? { kind: "off" } : { kind: "hops", hops: Number(setting) };
  }
  const addresses = new BlockList();
  for (const range of setting.split(",")) addRange(addresses, range.trim());
  return { kind: "addresses", addresses };
}

/** `hop` 0 is our own peer, 1 the one that it names as its peer, and so on. */
export function isTrusted(trust: Trust, address: string, hop: number): boolean {
  switch (trust.kind) {
    case "off":
      return false;
    case "all":
      return true;
    case "hops":
      return hop < trust.hops;
    case "addresses":
      return (
        isIP(address) !== 0 && trust.addresses.check(address, isIPv4(address) ? "ipv4" : "ipv6")
      );
  }
}

/** An IPv4 address in its own form where a dual-stack socket gives it as IPv6 (RFC 4291 §2.5.5.2). */
export function toPlainAddress(address: string): string {
  if (!address.startsWith("::")) return address;
  const embedded = address.toLowerCase().startsWith("::ffff:") ? address.slice(7) : "";
  return isIPv4(embedded) ? embedded : address;
}

/** One entry of `X-Forwarded-For`; some proxies add a port. `undefined` where it names no address. */
function toAddress(entry: string): string | undefined {
  const text = entry.trim();
  const bare = text.startsWith("[")
    ? text.slice(1, text.indexOf("]"))
    : text.replace(/^([\d.]+):\d+$/, "$1");
  return isIP(bare) === 0 ? undefined : toPlainAddress(bare);
}

/**
 * The addresses a request came through, from the client to our own peer, as far as they can be believed:
 * each entry of `forwardedFor` was written by the one that follows it. Never empty, never throws.
 */
export function toForwardingChain(
  peerAddress: string,
  forwardedFor: string | undefined,
  trust: Trust,
): readonly string[] {
  let address = toPlainAddress(peerAddress);
  const chain = [address];
  if (forwardedFor === undefined || trust.kind === "off") return chain;
  for (const entry of forwardedFor.split(",").toReversed()) {
    const next = isTrusted(trust, address, chain.length - 1) ? toAddress(entry) : undefined;
    if (next === undefined) break;
    address = next;
    chain.unshift(next);
  }
  return chain;
}
