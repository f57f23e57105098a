// Makes the calls it is told of on standard input, and prints what became of them, both as JSON.
//
//   {"service": "bedrock" | "states", "handler": "http1" | "http2", "config": {…}, "parallel": 1,
//    "operation": "Converse", "input": {…}}
//
// "http2" is the SDK's default for Bedrock Runtime, "http1" its NodeHttpHandler. An input's "body"
// is text.
import * as bedrock from "@aws-sdk/client-bedrock-runtime";
import * as states from "@aws-sdk/client-sfn";
import { NodeHttpHandler } from "@smithy/node-http-handler";

const text = (bytes) => new TextDecoder().decode(bytes);

async function readStream(stream, outcome) {
  for await (const event of stream) {
    outcome.events.push(Object.keys(event)[0]);
    if (event.contentBlockDelta) outcome.text += event.contentBlockDelta.delta.text ?? "";
    if (event.chunk) {
      const chunk = JSON.parse(text(event.chunk.bytes));
      outcome.chunks.push(chunk.type);
      outcome.text += chunk.delta?.text ?? "";
    }
  }
}

async function call(client, command) {
  const outcome = { events: [], chunks: [], text: "" };
  try {
    const output = await client.send(command);
    outcome.attempts = output.$metadata.attempts;
    outcome.requestId = output.$metadata.requestId;
    const stream = output.stream ?? (output.body?.[Symbol.asyncIterator] ? output.body : undefined);
    if (stream) {
      await readStream(stream, outcome);
    } else {
      const { $metadata, ...members } = output;
      if (members.body) members.body = JSON.parse(text(members.body));
      outcome.output = members;
    }
  } catch (error) {
    outcome.error = error.name;
    outcome.message = error.message;
    outcome.code = error.code;
    outcome.attempts ??= error.$metadata?.attempts;
  }
  return outcome;
}

let told = "";
for await (const piece of process.stdin) told += piece;
const { service, handler, config, parallel, operation, input } = JSON.parse(told);
const sdk = service === "states" ? states : bedrock;
const Client = service === "states" ? sdk.SFNClient : sdk.BedrockRuntimeClient;
const client = new Client({
  ...config,
  ...(handler === "http1" ? { requestHandler: new NodeHttpHandler({ httpsAgent: { maxSockets: 500 }, httpAgent: { maxSockets: 500 } }) } : {}),
});
const calls = Array.from({ length: parallel }, () => call(client, new sdk[`${operation}Command`](input)));
const outcomes = await Promise.all(calls);
client.destroy();
process.stdout.write(JSON.stringify(outcomes));
