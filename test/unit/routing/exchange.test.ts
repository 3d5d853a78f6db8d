import { expect, test } from "vitest";

import { composeObservers, type ExchangeObserver } from "#routing/exchange.ts";
import { exchangeRecord } from "#support/exchange-record.ts";

test("every observer is told everything, in order", () => {
  const told: string[] = [];
  const createObserver = (name: string): ExchangeObserver => ({
    requestStarted: () => told.push(`${name} started`),
    requestEnded: ({ requestId }) => told.push(`${name} ended ${requestId}`),
    requestRefused: ({ code }) => told.push(`${name} refused ${code}`),
    socketOpened: ({ requestId }) => told.push(`${name} opened ${requestId}`),
    socketClosed: ({ requestId }, { code }) => told.push(`${name} closed ${requestId} ${code}`),
  });
  const observer = composeObservers([createObserver("first"), createObserver("second")]);
  const record = exchangeRecord({ requestId: "r" });
  observer.requestStarted();
  observer.requestEnded(record);
  observer.requestRefused({ method: "GET", code: "URL_TOO_LONG" });
  observer.socketOpened(record);
  observer.socketClosed(record, { code: 1000, initiator: "client", bytesIn: 0, bytesOut: 0 });
  expect(told).toEqual([
    "first started",
    "second started",
    "first ended r",
    "second ended r",
    "first refused URL_TOO_LONG",
    "second refused URL_TOO_LONG",
    "first opened r",
    "second opened r",
    "first closed r 1000",
    "second closed r 1000",
  ]);
});
