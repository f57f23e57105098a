const assert = require("node:assert");
const { test } = require("node:test");
const { advert } = require("./advert.js");
const bedlam = require("./bedlam.js");

const skip = bedlam.endpoint ? false : "run this with: bedlam run examples/node/suite.yaml -- node --test examples/node/";

test("a throttled call is tried again", { skip }, async () => {
  await bedlam.load(`
models:
  anthropic.claude-3-haiku-*:
    replies: [{script: [throttle, {answer: Room for everyone.}]}]
expect:
  calls: [{operation: Converse, attempts: 2, status: 200}]
`);
  assert.deepStrictEqual(await advert("family SUV"), { text: "Room for everyone.", whole: true });
  await bedlam.verdict();
});

test("an answer that was cut by max_tokens is not passed off as whole", { skip }, async () => {
  await bedlam.load(`
models:
  anthropic.claude-3-haiku-*:
    replies: [{answer: Room for, stop_reason: max_tokens}]
`);
  assert.deepStrictEqual(await advert("family SUV"), { text: "Room for", whole: false });
  await bedlam.verdict("expect: {calls: [{operation: Converse, attempts: 1}]}");
});
