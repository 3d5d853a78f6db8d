/** What every comparison of two answers needs, whoever makes it. */
export { groupHeaders, isAddedOnTheWay, isOfTransport } from "#platform/comparison/header-list.ts";
export { readJson, toJsonType, toPointerToken } from "#platform/comparison/json-value.ts";
