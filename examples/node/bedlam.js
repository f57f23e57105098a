// load(scenario) and verdict(expect) for every test.
const assert = require("node:assert");

const endpoint = process.env.BEDLAM_ENDPOINT;

async function ask(path, body) {
  const request = body === undefined ? {} : { method: "POST", body };
  const response = await fetch(`${endpoint}/_bedlam/${path}`, request);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.errors.join("\n"));
  return answer;
}

// From here on this answers, and the calls count from here.
const load = (scenario) => ask("scenario", scenario);

// Asserts what the scenario expects, or what is given here, of the calls since load().
async function verdict(expect) {
  const answer = await ask("verdict", expect);
  assert.ok(answer.held, answer.text);
  return answer;
}

module.exports = { endpoint, load, verdict };
