// SPDX-License-Identifier: Apache-2.0
//
// The function's side of the Lambda Runtime API for Node: loads the handler that _HANDLER names from
// LAMBDA_TASK_ROOT, asks for one invocation after the other, and answers each.
import http from "node:http";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";

const api = process.env.AWS_LAMBDA_RUNTIME_API;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

/** One request to the Runtime API: its status, headers and body as text. */
function call(method, resource, body, headers = {}) {
  const separator = api.lastIndexOf(":");
  const options = {
    agent, method, headers,
    host: api.slice(0, separator), port: Number(api.slice(separator + 1)),
    path: `/2018-06-01/runtime/${resource}`,
  };
  if (body !== undefined) headers["Content-Length"] = Buffer.byteLength(body);
  return new Promise((resolve, reject) => {
    const request = http.request(options, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => resolve({
        status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString("utf8"),
      }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** What Lambda reports of something that was thrown. */
function errorBody(thrown) {
  if (!(thrown instanceof Error)) {
    return { errorType: typeof thrown, errorMessage: String(thrown), stackTrace: [] };
  }
  return {
    errorType: thrown.name, errorMessage: thrown.message,
    stackTrace: (thrown.stack ?? "").split("\n").slice(1).map((line) => line.trim()),
  };
}

const errorHeaders = (body) => ({
  "Content-Type": "application/json", "Lambda-Runtime-Function-Error-Type": body.errorType,
});

/** The function that "folder/file.name" means: the export `name` of the module `folder/file`. */
async function loadHandler(root, name) {
  const dot = name.lastIndexOf(".");
  if (dot <= 0) throw new Error(`_HANDLER: expected "file.export", found "${name}"`);
  const base = path.resolve(root, name.slice(0, dot));
  const file = [".mjs", ".js", ".cjs"].map((ending) => base + ending).find((one) => fs.existsSync(one));
  if (file === undefined) throw new Error(`_HANDLER: there is no ${base}.mjs, .js or .cjs`);
  const module = file.endsWith(".cjs") ? createRequire(import.meta.url)(file) : await import(pathToFileURL(file));
  const handler = module[name.slice(dot + 1)] ?? module.default?.[name.slice(dot + 1)];
  if (typeof handler !== "function") {
    throw new Error(`_HANDLER: ${file} exports no function "${name.slice(dot + 1)}"`);
  }
  return handler;
}

/** The context object that Lambda gives to a handler. */
function makeContext(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    callbackWaitsForEmptyEventLoop: false,
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    tenantId: headers["lambda-runtime-aws-tenant-id"],
    clientContext: headers["lambda-runtime-client-context"] &&
      JSON.parse(headers["lambda-runtime-client-context"]),
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

/** Runs the handler, whether it returns a promise or calls back. */
function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const done = (error, result) => (error ? reject(error) : resolve(result));
    const returned = handler(event, context, done);
    if (typeof returned?.then === "function") returned.then(resolve, reject);
    else if (returned !== undefined || handler.length < 3) resolve(returned);
  });
}

async function serve(handler) {
  const next = await call("GET", "invocation/next");
  if (next.status !== 200) throw new Error(`the Runtime API answered ${next.status}: ${next.text}`);
  const id = next.headers["lambda-runtime-aws-request-id"];
  const echo = {};
  const invocation = next.headers["lambda-runtime-invocation-id"];
  if (invocation !== undefined) echo["Lambda-Runtime-Invocation-Id"] = invocation;
  const trace = next.headers["lambda-runtime-trace-id"];
  if (trace !== undefined) process.env._X_AMZN_TRACE_ID = trace;
  let answer;
  try {
    const result = await run(handler, JSON.parse(next.text), makeContext(next.headers));
    answer = await call("POST", `invocation/${id}/response`, JSON.stringify(result) ?? "null", {
      "Content-Type": "application/json", ...echo,
    });
  } catch (thrown) {
    console.error(thrown);
    const body = errorBody(thrown);
    answer = await call("POST", `invocation/${id}/error`, JSON.stringify(body), { ...errorHeaders(body), ...echo });
  }
  if (answer.status >= 400) console.error(`the Runtime API refused the answer to ${id}: ${answer.status} ${answer.text}`);
}

try {
  const handler = await loadHandler(process.env.LAMBDA_TASK_ROOT ?? ".", process.env._HANDLER ?? "");
  for (;;) await serve(handler);
} catch (thrown) {
  console.error(thrown);
  const body = errorBody(thrown);
  await call("POST", "init/error", JSON.stringify(body), errorHeaders(body)).catch(() => undefined);
  process.exit(1);
}
