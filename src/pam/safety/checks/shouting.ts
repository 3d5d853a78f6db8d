import { defineSignatureCheck } from "./signatures.ts";

const CAPITALS_ONLY = /^[A-Z !]{50,}$/u;

export const shouting = defineSignatureCheck("shouting", [
  ["all-caps shouting", ({ written }) => CAPITALS_ONLY.test(written)],
]);
