// The code under test: an advert from a model; the SDK tries again when it is throttled.
const { BedrockRuntimeClient, ConverseCommand } = require("@aws-sdk/client-bedrock-runtime");

const modelId = "anthropic.claude-3-haiku-20240307-v1:0";

async function advert(vehicle) {
  const client = new BedrockRuntimeClient({ maxAttempts: 3 });
  const content = [{ text: `Write an advert for a ${vehicle}` }];
  try {
    const answer = await client.send(new ConverseCommand({ modelId, messages: [{ role: "user", content }] }));
    return { text: answer.output.message.content[0].text, whole: answer.stopReason === "end_turn" };
  } finally {
    client.destroy();
  }
}

module.exports = { advert };
