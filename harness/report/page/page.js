// What stands around the timeline: the list of scenarios, verdicts, money, details; and the live view, which asks the
// server for the document again and again.
"use strict";

const $ = (id) => document.getElementById(id);
const state = { document: null, index: 0, timeline: null, live: false, follow: true };

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined && value !== null) node.setAttribute(name, value);
  }
  node.append(...children.filter((c) => c !== null && c !== undefined));
  return node;
}

// What is long is made as far as it is seen: the first items at once, the others as the reader comes near or asks.
// `wrap` makes of a button what may stand among the items.
const AT_ONCE = 100, LISTED = 2000;
const near = new IntersectionObserver((entries) => entries.forEach((entry) => entry.isIntersecting && entry.target.more()), { rootMargin: "400px" });
const inBlock = (button) => element("div", {}, button);
function fill(parent, items, make, wrap = inBlock, first = AT_ONCE) {
  let made = 0;
  const button = element("button", { class: "more", onclick: () => more(items.length) }), rest = wrap(button);
  function more(count = AT_ONCE) {
    const nodes = items.slice(made, made + count).flatMap((item, i) => make(item, made + i));
    made += count;
    if (rest.parentNode) rest.before(...nodes); else parent.append(...nodes);
    near.unobserve(rest);
    if (made >= items.length) return rest.remove();
    button.textContent = `${number(items.length - made)} more`;
    if (!rest.parentNode) parent.append(rest);
    near.observe(rest);  // anew: it may still be in sight
  }
  rest.more = more;
  more(first);
  return parent;
}
const ofTable = (columns) => (button) => element("tr", {}, element("td", { class: "left", colspan: columns }, button));
const number = (n) => n.toLocaleString("en-GB");
function usd(amount) {
  if (!amount) return "0";
  const text = amount >= 1 ? amount.toFixed(2) : amount.toPrecision(4);
  return text.includes("e") ? amount.toFixed(12).replace(/0+$/, "") : text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}
const plural = (n, one, many = one + "s") => `${number(n)} ${n === 1 ? one : many}`;

function showTotals() {
  const { scenarios, totals } = state.document;
  const money = scenarios.reduce((sum, s) => sum + s.money.usd, 0), wasted = scenarios.reduce((sum, s) => sum + s.money.wasted_usd, 0);
  const calls = scenarios.reduce((sum, s) => sum + (s.calls || []).length, 0);
  const part = (look, value, words) => element("span", { class: look }, element("b", {}, value), " " + words);
  $("totals").replaceChildren(...[
    state.live ? null : part("ok", number(totals.held), "held"),
    totals.failed ? part("bad", number(totals.failed), "failed") : null,
    totals.invalid ? part("bad", number(totals.invalid), "invalid") : null,
    totals.skipped ? part("", number(totals.skipped), "skipped") : null,
    part("", number(calls), calls === 1 ? "request" : "requests"),
    part("", usd(money), "USD"),
    wasted ? part("bad", usd(wasted), "USD wasted") : null,
  ].filter(Boolean));
}

function showList() {
  const list = state.document.scenarios, nav = $("scenarios");
  nav.hidden = list.length < 2;
  let directory = null;
  nav.replaceChildren();
  fill(nav, list, (scenario, i) => {
    const at = scenario.file.lastIndexOf("/"), here = scenario.file.slice(0, Math.max(at, 0));
    const button = element("button", { "aria-current": String(i === state.index), onclick: () => select(i), title: scenario.file },
      element("span", { class: "dot " + scenario.status }), element("span", { class: "name" }, scenario.file.slice(at + 1)),
      element("span", { class: "took" }, scenario.status === "skipped" ? "skipped" : formatTime(scenario.took, 3)));
    if (here === directory) return [button];
    directory = here;
    return here ? [element("div", { class: "dir" }, here), button] : [button];
  }, inBlock, Math.max(LISTED, state.index + AT_ONCE));
}

function select(index) {
  state.index = index;
  location.hash = state.document.scenarios.length > 1 ? encodeURIComponent(state.document.scenarios[index].file) : "";
  showList();
  showScenario();
  $("main").scrollTop = 0;
}

function showScenario() {
  const scenario = state.document.scenarios[state.index];
  if (!scenario) return $("main").replaceChildren(element("p", { class: "empty" }, "Nothing has run yet."));
  const fact = (name, value) => element("span", {}, name + " ", element("b", {}, value));
  $("main").replaceChildren(...[
    element("h2", {}, element("span", { class: "dot " + scenario.status }), scenario.file),
    scenario.about ? element("p", { class: "about" }, scenario.about) : null,
    element("div", { class: "facts" }, fact("", scenario.status), fact("took", formatTime(scenario.took, 6)), fact("clock", scenario.clock),
      fact("seed", scenario.seed), fact("cost", usd(scenario.money.usd) + " USD"), scenario.prices ? fact("prices of", scenario.prices) : null),
    scenario.again ? element("pre", { style: "padding: 8px 0 0" }, scenario.again) : null,
    scenario.reason ? element("p", { class: "about" }, scenario.reason) : null,
    scenario.diagnostics ? element("div", { class: "panel failure", style: "margin-top: 16px" }, element("pre", {}, scenario.diagnostics)) : null,
    ...failures(scenario), ...timelineSection(scenario), ...moneySection(scenario), ...xraySection(scenario), ...coverageSection(scenario),
  ].filter(Boolean));
  if ($("canvas")) startTimeline(scenario);
}

function failures(scenario) {
  const all = scenario.steps.flatMap((step) => step.failed);
  if (!all.length) return [];
  return [element("h3", {}, plural(all.length, "failed expectation")), fill(element("div"), all, (failed) => {
    const pre = element("pre");
    for (const line of failed.text.split("\n")) {
      const mark = line.match(/^(\s*\|\s*)(\^+)(.*)$/);
      pre.append(mark ? mark[1] : line, mark ? element("span", { class: "mark" }, mark[2] + mark[3]) : "", "\n");
    }
    return element("div", { class: "panel failure" }, pre);
  })];
}

const KEYS = [["call", "model"], ["state", "state"], ["lambda", "function"], ["box", "other"], ["warn", "throttled"], ["bad", "failed"], ["lost", "paid, not received"], ["wait", "wait"]];

function timelineSection(scenario) {
  if (!scenario.calls && !scenario.executions) return [];
  const keys = element("div", { class: "keys" }, ...KEYS.map(([look, words]) => element("span", { style: `--c: var(--${look})` }, words)));
  const button = (text, title, act) => element("button", { title, "aria-label": title, onclick: act }, text);
  return [element("h3", {}, "Timeline"), element("div", { class: "panel" },
    element("div", { id: "bar" }, keys, element("div", { class: "zoom" }, element("span", { id: "span" }),
      button("−", "Zoom out", () => state.timeline.zoom(1.6)), button("+", "Zoom in", () => state.timeline.zoom(0.6)), button("all", "Show all of it", () => state.timeline.fit()))),
    element("div", { id: "canvasbox" }, element("canvas", { id: "canvas", tabindex: 0, role: "img",
      "aria-label": "Timeline: arrow keys move, + and − zoom, 0 shows all of it" }), element("div", { id: "spacer" })),
    element("dl", { id: "detail", style: "margin: 0" }))];
}

function extent(scenario) {
  let end = scenario.took;
  for (const call of scenario.calls || []) end = Math.max(end, call.end ?? call.at);
  for (const execution of scenario.executions || []) end = Math.max(end, execution.end ?? execution.start);
  return end;
}

// Where things begin: a server may have stood idle for long.
function begin(scenario) {
  let start = Infinity;
  for (const step of scenario.steps) if (step.kind !== "expect") start = Math.min(start, step.start);
  for (const call of scenario.calls || []) start = Math.min(start, call.at);
  for (const execution of scenario.executions || []) start = Math.min(start, execution.start);
  return start === Infinity ? 0 : start;
}

function startTimeline(scenario, view) {
  const end = extent(scenario);
  state.timeline = new Timeline($("canvasbox"), $("canvas"), $("spacer"), { onPick: showDetail, onHover: showTip });
  if (view) [state.timeline.start, state.timeline.end] = view;
  state.timeline.show(rowsOf(scenario, end), begin(scenario), end, !!view);
}

function linesOf(bar) {
  const d = bar.data, lines = [];
  const add = (name, value) => { if (value !== undefined && value !== null && value !== "") lines.push([name, String(value)]); };
  add("from", formatTime(bar.start, 7));
  add("took", bar.open ? "under way" : formatTime(bar.end - bar.start, 6));
  if (bar.kind === "call") {
    add("model", d.resource);
    add("Region", d.region);
    add("answer", [d.status || "no answer", d.outcome === "answer" ? "" : d.outcome].filter(Boolean).join(" "));
    add("ended", d.ended);
    add("attempt", d.attempt > 1 ? d.attempt : "");
    add("tokens", d.input_tokens || d.output_tokens ? `${number(d.input_tokens || 0)} in, ${number(d.output_tokens || 0)} out` + (d.frames ? `, ${number(d.tokens_sent || 0)} sent in ${plural(d.frames.length, "frame")}` : "") : "");
    add("from the prompt cache", d.cache_read_tokens);
    add("cost", d.usd !== undefined ? usd(d.usd) + " USD" + (d.wasted ? `, wasted: ${d.wasted}` : "") : "");
    add("fault", d.fault);
    add("quota", d.quota);
    add("rule", d.rule);
    add("no rule", d.mismatch);
    add("caller", d.origin);
    add("journal", "entry " + d.id);
  } else if (bar.kind === "state") {
    add("type", d.type);
    (d.attempts || []).forEach((a, i) => { if (d.attempts.length > 1 || /Failed|TimedOut/.test(a[2])) add("attempt " + (i + 1), `${a[2] || "under way"} after ${formatTime((a[1] ?? bar.end) - a[0], 6)}`); });
  } else if (bar.kind === "execution") {
    add("status", d.status); add("error", d.error); add("type", d.type); add("states", d.states.length); add("ARN", d.arn);
  } else if (bar.kind === "step") {
    add("step", d.kind); add("expectations", d.held ? `${d.expectations} held` : `${d.failed.length} of ${d.expectations} failed`); add("cost", usd(d.money.usd) + " USD");
  }
  return lines;
}

function showDetail(bar) {
  $("detail").replaceChildren(...(bar ? [["", bar.title], ...linesOf(bar)].flatMap(([name, value]) =>
    [element("dt", {}, name), element("dd", name ? {} : { style: "font-weight: 600" }, value)]) : []));
}

function showTip(bar, event) {
  let tip = $("tip");
  $("span").textContent = formatTime(state.timeline.end - state.timeline.start, 3);
  if (!bar) return tip && tip.remove();
  if (!tip) document.body.append(tip = element("div", { id: "tip" }));
  tip.replaceChildren(element("b", {}, bar.title), linesOf(bar).slice(0, 7).map(([name, value]) => name + ": " + value).join("\n"));
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = Math.min(event.clientX + 14, innerWidth - width - 8) + "px";
  tip.style.top = (event.clientY + 18 + height > innerHeight ? event.clientY - height - 10 : event.clientY + 18) + "px";
}

function moneySection(scenario) {
  const steps = scenario.steps.filter((s) => s.kind !== "wait" && s.kind !== "expect");
  if (!steps.length && !scenario.money.usd) return [];
  const most = steps.reduce((m, s) => Math.max(m, s.money.usd), 1e-12);
  const cell = (value, text) => element("td", { class: value ? "" : "zero" }, text);
  const verdict = (step) => !step.expectations ? element("span", { class: "verdict none" }, "–")
    : element("span", { class: "verdict " + (step.held ? "held" : "failed") }, step.held ? "held" : plural(step.failed.length, "failed", "failed"));
  const meter = (m) => element("span", { class: "meter", title: "models, workflows, functions" }, ...[["models", m.models_usd], ["states", m.workflows_usd], ["functions", m.functions_usd]]
    .map(([look, value]) => element("i", { class: look, style: `width: ${100 * value / most}%` })));
  const runs = (m) => [m.state_transitions ? plural(m.state_transitions, "transition") : "", m.express_requests ? `Express ${formatTime(m.express_ms / 1000)}` : "",
    m.function_invocations ? `function ${formatTime(m.function_ms / 1000)}` + (m.function_waited_ms ? `, ${Math.round(100 * m.function_waited_ms / m.function_ms)} % of it waiting` : "") : ""].filter(Boolean).join("; ");
  const row = (name, m, step, sum) => element("tr", { class: sum ? "sum" : "" }, element("td", {}, name), element("td", { class: "left" }, step ? verdict(step) : ""),
    element("td", {}, step ? formatTime(step.took, 6) : ""), cell(m.models_usd, usd(m.models_usd)), cell(m.workflows_usd, usd(m.workflows_usd)), cell(m.functions_usd, usd(m.functions_usd)),
    cell(m.usd, usd(m.usd)), element("td", { class: "left" }, sum ? "" : meter(m)), cell(m.input_tokens, number(m.input_tokens)), cell(m.output_tokens, number(m.output_tokens)),
    element("td", { class: m.wasted_usd ? "bad" : "zero" }, usd(m.wasted_usd)), element("td", { class: "left" }, runs(m)));
  const heads = ["step", "verdict", "took", "models", "workflows", "functions", "USD", "", "tokens in", "out", "wasted", ""];
  const unpriced = scenario.money.unpriced_models;
  return [element("h3", {}, "Steps and money"), element("div", { class: "panel scroll" }, element("table", {},
    element("thead", {}, element("tr", {}, ...heads.map((h, i) => element("th", { class: [1, 7, 11].includes(i) ? "left" : "" }, h)))),
    fill(element("tbody"), steps, (s) => row(s.name, s.money, s), ofTable(heads.length)),
    steps.length !== 1 ? element("tfoot", {}, row("all", scenario.money, null, true)) : null)),
    unpriced.length ? element("p", { class: "about" }, `The prices do not name ${unpriced.join(", ")}: free of charge here.`) : null].filter(Boolean);
}

// The retry X-ray of the steps that tried something again, as the terminal shows it.
function xraySection(scenario) {
  const steps = scenario.steps.filter((s) => s.xray_text && s.kind !== "expect");
  if (!steps.length) return [];
  return [element("h3", {}, "Retry X-ray"), fill(element("div"), steps, (s) => element("div", { class: "panel", style: "margin-bottom: 10px" },
    element("pre", {}, element("b", {}, s.name), "\n" + s.xray_text)))];
}

function coverageSection(scenario) {
  const coverage = state.document.coverage;
  if (!coverage || (!coverage.workflows.length && !coverage.calls.length)) return [];
  const left = (text) => element("td", { class: "left" }, text);
  const missing = new Map();
  for (const m of coverage.missing) missing.set(m.of, [...(missing.get(m.of) || []), `${m.at}: ${m.what}`]);
  const share = (w) => element("span", { class: "meter" }, element("i", { class: "states", style: `width: ${100 * w.taken / Math.max(w.paths, 1)}%` }));
  const row = (w) => element("tr", {}, element("td", {}, w.workflow), element("td", { class: "left" }, share(w)), element("td", {}, `${w.taken} of ${w.paths}`),
    left((missing.get(w.workflow) || []).join("\n")));
  const call = (c) => element("tr", {}, element("td", {}, c.call), left(""), element("td", {}, `${c.met.length} ${c.met.length === 1 ? "kind" : "kinds"}`), left(c.never_met.join(", ")));
  const table = (heads, items, make) => element("div", { class: "panel scroll paths" }, element("table", {}, element("thead", {}, element("tr", {}, ...heads.map((h, i) => element("th", { class: i === 3 || i === 1 ? "left" : "" }, h)))), fill(element("tbody"), items, make, ofTable(heads.length))));
  const title = state.document.scenarios.length > 1 ? "Failure paths, over all scenarios" : "Failure paths";
  return [element("h3", {}, title), coverage.workflows.length ? table(["workflow", "", "taken", "what nothing exercised"], coverage.workflows, row) : null,
    coverage.calls.length ? element("div", { style: "height: 12px" }) : null, coverage.calls.length ? table(["call", "", "met", "faults that it never met"], coverage.calls, call) : null].filter(Boolean);
}

// The scenario that the address names behind its #, which anybody may have written; -1: none.
function namedByAddress() {
  const hash = location.hash.slice(1);
  let wanted = hash;
  try { wanted = decodeURIComponent(hash); } catch { /* a % that begins no character: as it stands */ }
  return state.document.scenarios.findIndex((s) => s.file === wanted);
}

addEventListener("hashchange", () => {
  const named = state.document ? namedByAddress() : -1;
  if (named >= 0 && named !== state.index) select(named);
});

function show(document_) {
  state.document = document_;
  const failed = document_.scenarios.findIndex((s) => s.status === "failed" || s.status === "invalid");
  const named = namedByAddress();
  state.index = named >= 0 ? named : Math.max(failed, 0);
  document.title = `Bedlam: ${document_.scenarios.length === 1 ? document_.scenarios[0].file : document_.scenarios.length + " scenarios"}`;
  showTotals();
  showList();
  showScenario();
}

// Every second, and less often where the answer is slow to come. What the reader looks at stays in sight.
async function watch() {
  const asked = performance.now();
  try {
    const response = await fetch("report", { cache: "no-store" });
    const text = await response.text();
    $("live").hidden = false;
    if (text !== watch.last) {
      watch.last = text;
      const before = state.timeline, moved = before && (before.start !== before.full[0] || before.end !== before.full[1]);
      const scroll = [$("main").scrollTop, before ? before.box.scrollTop : 0];
      const next = JSON.parse(text);
      state.document = next;
      showTotals();
      if (before && $("canvas")) {
        const scenario = next.scenarios[0], end = extent(scenario);
        before.show(rowsOf(scenario, end), begin(scenario), end, moved);
      } else {
        show(next);
      }
      $("main").scrollTop = scroll[0];
    }
  } catch {
    $("live").hidden = true;
  }
  setTimeout(watch, Math.max(1000, 4 * (performance.now() - asked)));
}

const dark = matchMedia("(prefers-color-scheme: dark)");
let chosen = null;
function paint() {
  document.documentElement.dataset.theme = chosen ?? (dark.matches ? "dark" : "light");
  if (state.timeline) { state.timeline.colours = null; state.timeline.redraw(); }
}
dark.addEventListener("change", paint);
$("theme").addEventListener("click", () => { chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark"; paint(); });
paint();

const data = JSON.parse($("data").textContent);
state.live = data === null;
if (state.live) watch(); else show(data);
