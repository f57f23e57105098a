// Asks a model with the AWS SDK for JavaScript for each case named, all at once, and prints what became of it:
// ask.cjs CASE...
//
// A case that begins with "before" is a Converse, any other a ConverseStream. Over HTTP/2, which is the SDK's default.
// A stream is read for DEADLINE_MS at most.
const { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } = require("@aws-sdk/client-bedrock-runtime");

const DEADLINE_MS = 8000;
const modelId = "anthropic.claude-3-haiku-20240307-v1:0";

async function ask(name) {
  // One each: calls of one client may share a connection, and with it what happens to it.
  const bedrock = new BedrockRuntimeClient({
    requestHandler: { requestTimeout: 1500, sessionTimeout: 1500 },
    maxAttempts: 2,
  });
  const request = { modelId, messages: [{ role: "user", content: [{ text: `case ${name}.` }] }] };
  const deadline = Date.now() + DEADLINE_MS;
  const seen = [];
  let text = "";
  let end = "no error";
  try {
    if (name.startsWith("before")) {
      text = (await bedrock.send(new ConverseCommand(request))).output.message.content[0].text;
    } else {
      for await (const event of (await bedrock.send(new ConverseStreamCommand(request))).stream) {
        seen.push(Object.keys(event)[0]);
        text += event.contentBlockDelta?.delta.text ?? "";
        if (Date.now() > deadline) {
          end = "still going at the deadline";
          break;
        }
      }
    }
  } catch (error) {
    end = error.name === "Error" ? `Error: ${error.message.split(/[(\n]/)[0].trim()}` : error.name;
  }
  const expected = end === "no error" && seen.length > 0 ? ["messageStop", "metadata"] : [];
  const missing = expected.filter((event) => !seen.includes(event)).map((event) => `, no ${event}`);
  return `${name}: ${end}, “${text}”${missing.join("")}`;
}

// The first call loads what all need, so that it does not count against a time limit.
ask("of none").then(async () => {
  const lines = await Promise.all(process.argv.slice(2).map(ask));
  console.log(lines.join("\n"));
  process.exit(); // after garbage a session of HTTP/2 stays open, and node with it
});
