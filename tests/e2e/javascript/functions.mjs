// SPDX-License-Identifier: Apache-2.0
//
// Functions written with the official JavaScript SDK, as its users write them.
import fs from "node:fs";
import { withDurableExecution } from "@aws/durable-execution-sdk-js";

/** One of each: a step that fails once, a wait, a callback, a map, and two invokes. */
export const workflow = withDurableExecution(async (event, context) => {
  const greeting = await context.step("greet", async (step) => {
    fs.appendFileSync(event.attempts, "x");
    if (fs.readFileSync(event.attempts, "utf8").length === 1) throw new Error("not yet");
    return `hello ${event.name}`;
  }, { retryStrategy: (_, attempt) => ({ shouldRetry: attempt < 3, delay: { seconds: 1 } }) });
  await context.wait("pause", { seconds: 1 });
  const approval = await context.waitForCallback("approval", async (callbackId) => {
    fs.writeFileSync(event.callback + ".new", callbackId);
    fs.renameSync(event.callback + ".new", event.callback);
  }, { timeout: { minutes: 5 } });
  const doubled = await context.map("double", event.numbers, async (item, number) =>
    item.step("times-two", async () => number * 2));
  const child = await context.invoke("child", "child:$LATEST", { value: 20 });
  const plain = await context.invoke("plain", "plain", { value: 30 });
  return { greeting, approval, doubled: doubled.getResults(), child, plain };
});

export const child = withDurableExecution(async (event, context) => {
  const value = await context.step("add", async () => event.value + 1);
  await context.wait({ seconds: 1 });
  return { value };
});

export const plain = async (event) => ({ value: event.value + 2 });

export const failing = withDurableExecution(async (event, context) => {
  await context.step("fail", async () => {
    throw new TypeError("no such order");
  }, { retryStrategy: () => ({ shouldRetry: false }) });
});
