// Makes the calls it is told of on standard input, one JSON object a line, all at once, and prints what became of each
// as it ends:
//
//   {"id": 1, "client": "aws" | "anthropic" | "ai", "service": "bedrock" | "sagemaker" | "states", "handler": "http1" | "http2",
//    "config": {…}, "timeout_ms": 1000, "deadline_ms": 10000, "parallel": 1, "operation": "Converse", "input": {…}}
//
// → {"id": 1, "outcomes": [{"text": …, "error": …, "message": …, "code": …, "hangs": true, …}]}
//
// "http2" is the AWS SDK's default for Bedrock Runtime, "http1" its NodeHttpHandler. An input's "body" is text. For the
// other two SDKs the input is {"model", "prompt", "stream"}. The "body" of InvokeModelWithBidirectionalStream is a list:
// events to send, and {"until": "name"}, to wait for one of that name; "lost" is the number of the signed event that
// the network loses, from 0, or "end", the one that has nothing in it.
import * as readline from "node:readline";
import { Transform } from "node:stream";
import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import { AnthropicBedrock } from "@anthropic-ai/bedrock-sdk";
import * as bedrock from "@aws-sdk/client-bedrock-runtime";
import * as sagemaker from "@aws-sdk/client-sagemaker-runtime";
import * as states from "@aws-sdk/client-sfn";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { generateText, streamText } from "ai";

const MAX_TOKENS = 200;
const text = (bytes) => new TextDecoder().decode(bytes);

// Sends the conversation's events; a wait ends when outcome.said has what it waits for, or with the stream.
async function* speak(conversation, outcome) {
  for (const line of conversation) {
    if (line.until) {
      while (!outcome.said.some((event) => line.until in event) && !outcome.over) {
        await new Promise((resolve) => { outcome.wake = resolve; });
      }
    } else {
      yield { chunk: { bytes: new TextEncoder().encode(JSON.stringify({ event: line })) } };
    }
  }
}

async function listen(stream, outcome) {
  for await (const event of stream) {
    outcome.said.push(JSON.parse(text(event.chunk.bytes)).event);
    outcome.wake?.();
  }
}

async function talk(client, input, outcome) {
  outcome.said = [];
  try {
    const body = speak(input.body, outcome);
    const output = await client.send(new bedrock.InvokeModelWithBidirectionalStreamCommand({ ...input, body }));
    await listen(output.body, outcome);
  } finally {
    outcome.over = true;
    outcome.wake?.();
  }
}

// Signs the events of a request as the SDK does, and loses one of them.
function losing(handler, lost) {
  let sent = 0;
  let last; // held back until there is one more, so that the end is known
  const network = () => new Transform({
    objectMode: true,
    transform(event, encoding, done) {
      if (last && sent++ !== lost) this.push(last);
      last = event;
      done();
    },
    flush(done) {
      if (lost !== "end") this.push(last);
      done();
    },
  });
  const send = (next) => (args) => {
    args.request.body = args.request.body.pipe(network());
    return next(args);
  };
  return { handle: (next, args, context) => handler.handle(send(next), args, context) };
}

async function readStream(stream, outcome) {
  for await (const event of stream) {
    outcome.events.push(Object.keys(event)[0]);
    if (event.contentBlockDelta) outcome.text += event.contentBlockDelta.delta.text ?? "";
    if (event.chunk) {
      const chunk = JSON.parse(text(event.chunk.bytes));
      outcome.chunks.push(chunk.type);
      outcome.text += chunk.delta?.text ?? "";
    }
    if (event.PayloadPart) outcome.text += text(event.PayloadPart.Bytes);
  }
}

// For the default handler its options, for the other one itself.
function handlerOf({ handler, timeout_ms }) {
  if (handler !== "http1") {
    return timeout_ms ? { requestHandler: { requestTimeout: timeout_ms, sessionTimeout: timeout_ms } } : {};
  }
  const agents = { httpsAgent: { maxSockets: 500 }, httpAgent: { maxSockets: 500 } };
  const limits = timeout_ms
    ? { requestTimeout: timeout_ms, socketTimeout: timeout_ms, throwOnRequestTimeout: true }
    : {};
  return { requestHandler: new NodeHttpHandler({ ...agents, ...limits }) };
}

const SERVICES = {
  bedrock: [bedrock, bedrock.BedrockRuntimeClient],
  sagemaker: [sagemaker, sagemaker.SageMakerRuntimeClient],
  states: [states, states.SFNClient],
};

function awsClient(told) {
  const [, Client] = SERVICES[told.service ?? "bedrock"];
  const client = new Client({ ...told.config, ...handlerOf(told) });
  const { config } = client;
  if (told.lost !== undefined) config.eventStreamPayloadHandler = losing(config.eventStreamPayloadHandler, told.lost);
  return client;
}

async function callAws(client, told, outcome) {
  const [sdk] = SERVICES[told.service ?? "bedrock"];
  if (told.operation === "InvokeModelWithBidirectionalStream") return talk(client, told.input, outcome);
  const output = await client.send(new sdk[`${told.operation}Command`](told.input));
  outcome.attempts = output.$metadata.attempts;
  outcome.requestId = output.$metadata.requestId;
  const stream = [output.stream, output.body, output.Body].find((member) => member?.[Symbol.asyncIterator]);
  if (stream) return readStream(stream, outcome);
  const { $metadata, ...members } = output;
  if (members.body) members.body = JSON.parse(text(members.body));
  if (members.Body) members.Body = text(members.Body);
  outcome.output = members;
  outcome.text = members.output?.message.content[0].text ?? members.body?.content?.[0].text ?? "";
}

async function callAnthropic(told, outcome) {
  const client = new AnthropicBedrock({ timeout: told.timeout_ms, ...told.config });
  const { model, prompt, stream } = told.input;
  const request = { model, max_tokens: MAX_TOKENS, messages: [{ role: "user", content: prompt }], stream };
  const answer = await client.messages.create(request);
  if (!stream) {
    outcome.text = answer.content[0].text;
    return;
  }
  for await (const event of answer) {
    outcome.chunks.push(event.type);
    if (event.type === "content_block_delta") outcome.text += event.delta.text;
  }
}

async function callAi(told, outcome) {
  const { model, prompt, stream } = told.input;
  const request = { model: createAmazonBedrock(told.config)(model), prompt, onError() {} };
  if (!stream) {
    outcome.text = (await generateText(request)).text;
    return;
  }
  for await (const part of streamText(request).fullStream) {
    outcome.chunks.push(part.type);
    if (part.type === "text-delta") outcome.text += part.text;
    if (part.type === "error") throw part.error;
    if (part.type === "finish") outcome.finishReason = part.finishReason;
  }
}

async function call(told, client, outcome) {
  try {
    if (told.client === "anthropic") await callAnthropic(told, outcome);
    else if (told.client === "ai") await callAi(told, outcome);
    else await callAws(client, told, outcome);
  } catch (error) {
    if (!(error instanceof Error)) outcome.error = "error part"; // of the `ai` package's stream
    else outcome.error = error.name !== "Error" ? error.name : error.constructor.name;
    outcome.message = error.message;
    outcome.code = error.code ?? error.cause?.code;
    outcome.status = error.$metadata?.httpStatusCode ?? error.status ?? error.statusCode;
    outcome.last = error.lastError?.name;
    outcome.attempts ??= error.$metadata?.attempts;
  }
}

// What there is at the call's end, or when the deadline comes before it.
async function outcomeOf(told, client) {
  const outcome = { events: [], chunks: [], text: "" };
  const calling = call(told, client, outcome);
  if (!told.deadline_ms) {
    await calling;
    return outcome;
  }
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve((outcome.hangs = true)), told.deadline_ms);
  });
  await Promise.race([calling, late]).finally(() => clearTimeout(timer));
  return { ...outcome };
}

async function answer(told) {
  const client = (told.client ?? "aws") === "aws" ? awsClient(told) : undefined;
  const calls = Array.from({ length: told.parallel ?? 1 }, () => outcomeOf(told, client));
  const outcomes = await Promise.all(calls);
  client?.destroy();
  process.stdout.write(`${JSON.stringify({ id: told.id, outcomes })}\n`);
}

// Errors that no promise of a call carries, as some clients throw when a connection breaks.
process.on("uncaughtException", (error) => process.stderr.write(`${error.stack}\n`));
process.on("unhandledRejection", (error) => process.stderr.write(`${error?.stack ?? error}\n`));
const lines = readline.createInterface({ input: process.stdin });
lines.on("line", (line) => answer(JSON.parse(line)));
lines.on("close", () => process.exit(0));
