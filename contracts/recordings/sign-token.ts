import { createHmac } from "node:crypto";

import type { SignToken } from "./tokens.ts";

const toSegment = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString("base64url");

const hmac = (input: string, key: string): string =>
  createHmac("sha256", key).update(input).digest("base64url");

/** Makes the tokens of the recordings, with `secret` as the legacy's own key. */
export function createTokenSigner(secret: string): SignToken {
  return ({ header, claims, signature }) => {
    const head = toSegment(header);
    const input = `${head}.${toSegment(claims)}`;
    switch (signature) {
      case "valid":
        return `${input}.${hmac(input, secret)}`;
      case "other-key":
        return `${input}.${hmac(input, `not ${secret}`)}`;
      case "tampered":
        return `${input}.${hmac(`${head}.${toSegment({ ...claims, sub: "someone else" })}`, secret)}`;
      case "none":
        return `${input}.`;
      default:
        return signature satisfies never;
    }
  };
}
