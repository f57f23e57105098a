// The page of a bench: for each stage its percentiles, the shapes of what was measured, and every call on its time; and
// what changed against a run before.
"use strict";

const $ = (id) => document.getElementById(id);
const bench = JSON.parse($("data").textContent);
const SVG = "http://www.w3.org/2000/svg";
const QUANTILES = ["p50", "p90", "p99", "p99.9"];
const MOST_DOTS = 5000;

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.filter((c) => c !== null && c !== undefined));
  return node;
}
const element = (tag, attributes = {}, ...children) => build(document.createElement(tag), attributes, children);
const shape = (tag, attributes = {}, ...children) => build(document.createElementNS(SVG, tag), attributes, children);

const number = (n) => n.toLocaleString("en-GB");
const digits = (n) => Number(n.toPrecision(3)).toLocaleString("en-GB", { maximumFractionDigits: 20 });
function time(s) {
  if (s < 0) return "−" + time(-s);
  if (s < 0.001) return digits(s * 1e6) + " µs";
  return s < 1 ? digits(s * 1e3) + " ms" : digits(s) + " s";
}
const isRate = (name) => name === "tokens_a_second";
const show = (name, value) => isRate(name) ? digits(value) : time(value);
const thin = (count, quantile) => count * (1 - Number(quantile.slice(1)) / 100) < 1 - 1e-9;

function table(head, rows, lefts = 1) {
  const side = (i) => i < lefts ? { class: "left" } : {};
  return element("div", { class: "panel scroll" }, element("table", {},
    element("thead", {}, element("tr", {}, ...head.map((text, i) => element("th", side(i), text)))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((cell, i) => element("td", side(i), cell)))))));
}

function percentiles(stage) {
  const row = (title, name, of) => [title, ...QUANTILES.map((q) => thin(of.count, q) ? "–" : show(name, of[q])),
    show(name, isRate(name) ? of.min : of.max), number(of.count)];
  const rows = Object.entries(stage.measured).filter(([, of]) => of.count).map(([name, of]) => row(of.title, name, of));
  if (stage.late.count) rows.push(row("how late calls were made", "late", stage.late));
  const stalls = (title, p99, max) => rows.push([title, "–", "–", time(p99), "–", time(max), "–"]);
  stalls("how late bench itself woke", stage.stalled.p99, stage.stalled.max);
  if (stage.server_late_p99 !== undefined) stalls("how late the emulator's timers ran", stage.server_late_p99, stage.server_late_max);
  for (const error of stage.errors) rows.push(row(element("span", { class: "bad" }, error.kind), "errors", error));
  return table(["", ...QUANTILES, "max", "n"], rows);
}

// Where values of a histogram stand: on a scale of factors where its bars are.
function scaleOf(bars, width) {
  const from = bars[0][0], to = bars[bars.length - 1][1];
  const even = Math.abs((bars[0][1] - bars[0][0]) - (to - bars[bars.length - 1][0])) < (to - from) * 1e-6;
  return even ? (v) => (v - from) / (to - from) * width : (v) => Math.log(v / from) / Math.log(to / from) * width;
}

function histogram(name, of) {
  const width = 360, height = 110, bars = of.bars;
  if (bars.length < 2) return null;
  const most = Math.max(...bars.map((bar) => bar[2])), x = scaleOf(bars, width);
  const svg = shape("svg", { viewBox: `0 -12 ${width} ${height + 28}`, role: "img", "aria-label": of.title });
  for (const [from, to, count] of bars) {
    if (!count) continue;
    const tall = Math.max(1, count / most * height);
    svg.append(shape("rect", { class: "bar", x: x(from), y: height - tall, width: Math.max(1, x(to) - x(from) - 1), height: tall },
      shape("title", {}, `${show(name, from)} to ${show(name, to)}: ${number(count)}`)));
  }
  svg.append(shape("line", { class: "axis", x1: 0, x2: width, y1: height, y2: height }));
  const marks = ["p50", "p99"].filter((q) => !thin(of.count, q));
  for (const q of marks) {
    const at = x(of[q]), crowded = q === "p99" && Math.abs(at - x(of.p50)) < 26;
    svg.append(shape("line", { class: "mark", x1: at, x2: at, y1: 0, y2: height }));
    if (!crowded) svg.append(shape("text", { x: at, y: -3, "text-anchor": at < 30 ? "start" : at > width - 30 ? "end" : "middle" }, q));
  }
  svg.append(shape("text", { x: 0, y: height + 13 }, show(name, bars[0][0])),
    shape("text", { x: width, y: height + 13, "text-anchor": "end" }, show(name, bars[bars.length - 1][1])));
  return element("div", { class: "panel chart" }, element("h4", {}, of.title),
    element("p", {}, [...marks.map((q) => `${q} ${show(name, of[q])}`), `${number(of.count)} values`].join(", ")), svg);
}

function timeline(stage) {
  if (stage.calls.length < 2) return null;
  const width = 1080, height = 160, step = Math.max(1, Math.ceil(stage.calls.length / MOST_DOTS));
  const calls = stage.calls.filter((call, i) => i % step === 0 || call[5] !== "complete");
  const from = Math.min(...calls.map((c) => c[0])), to = Math.max(...calls.map((c) => c[0])), most = Math.max(...calls.map((c) => c[1]));
  const x = (due) => to > from ? (due - from) / (to - from) * width : width / 2, y = (took) => height - took / (most || 1) * height;
  const svg = shape("svg", { viewBox: `-4 -6 ${width + 8} ${height + 24}`, role: "img", "aria-label": "every call on its time" });
  svg.append(shape("line", { class: "axis", x1: 0, x2: width, y1: height, y2: height }), shape("line", { class: "axis", x1: 0, x2: width, y1: 0, y2: 0 }));
  for (const [due, whole, first, , , kind] of calls) {
    const failed = kind !== "complete";
    svg.append(shape("circle", { class: failed ? "dot-failed" : "dot-whole", cx: x(due), cy: y(whole), r: failed ? 3 : 2 },
      shape("title", {}, `${time(whole)}${failed ? ", " + kind : ""}`)));
    if (!failed && first !== null) svg.append(shape("circle", { class: "dot-first", cx: x(due), cy: y(first), r: 1.6 }));
  }
  svg.append(shape("text", { x: 0, y: 9 }, time(most)), shape("text", { x: 0, y: height + 13 }, time(0)),
    shape("text", { x: width, y: height + 13, "text-anchor": "end" }, time(to - from)));
  const key = (colour, text) => element("span", { style: `--c: var(--${colour})` }, text);
  return element("div", { class: "panel chart wide" }, element("h4", {}, "Every call, by when it was due"),
    element("p", { class: "keys" }, key("call", "whole answer"), key("ok", "first token"), key("bad", "failed"), step > 1 ? `one of ${step} shown` : ""), svg);
}

function endedEarly(stage) {
  if (stage.cut_short !== "max cost") return "Ended early: " + stage.cut_short;
  const limit = bench.max_cost_usd === undefined ? "" : " of " + digits(bench.max_cost_usd) + " USD";
  return `Cut short by --max-cost${limit}: the next call might have passed it.`;
}

function stageSection(stage) {
  const fact = (value, words) => element("span", {}, element("b", {}, value), " " + words);
  return element("section", { class: "stage" }, element("h2", {}, stage.label),
    element("div", { class: "facts" }, fact(number(stage.count), "calls"), fact(time(stage.took), "long"), fact(digits(stage.calls_a_second), "calls a second"),
      fact(digits(stage.tokens_a_second_together), "tokens a second together"), fact(number(stage.connections), "connections"),
      stage.usd === undefined ? null : fact(digits(stage.usd), "USD"), stage.warm_up_calls ? fact(number(stage.warm_up_calls), "calls of warm-up before") : null),
    stage.valid ? null : element("p", { class: "invalid" }, "Invalid: " + stage.invalid),
    stage.cut_short ? element("p", { class: stage.cut_short === "max cost" ? "invalid" : "note" }, endedEarly(stage)) : null,
    element("h3", {}, "Percentiles"), percentiles(stage),
    element("div", { class: "charts" }, timeline(stage), ...Object.entries(stage.measured).map(([name, of]) => histogram(name, of))));
}

function comparisonSection(comparison) {
  if (!comparison) return null;
  const words = { none: "no change beyond noise", better: "better", worse: "worse" };
  const cell = (change, q) => change[q] ? `${show(change.metric, change[q].before)} → ${show(change.metric, change[q].after)}` : "";
  const interval = (change, q) => change[q] ? change[q].difference.map((d) => isRate(change.metric) ? digits(d) : time(d)).join(" … ") : "";
  const share = (s) => digits(s * 100) + " %";
  const rows = comparison.changes.map((change) => [change.stage, change.title,
    element("span", { class: change.verdict }, words[change.verdict]),
    change.share ? `${share(change.share[0])} → ${share(change.share[1])}` : cell(change, "p50"), interval(change, "p50"),
    cell(change, "p99"), interval(change, "p99"), change.p.toPrecision(2), change.delta.toFixed(2)]);
  return element("section", { class: "stage" }, element("h2", {}, "What changed"),
    ...comparison.notes.map((note) => element("p", { class: "note" }, note)), element("h3", {}, "Against the run before"),
    table(["stage", "", "", "p50", "95 % interval", "p99", "95 % interval", "p, corrected", "delta"], rows, 3));
}

function showTotals() {
  const sum = (name) => bench.stages.reduce((all, stage) => all + (stage[name] || 0), 0);
  const part = (look, value, words) => element("span", { class: look }, element("b", {}, value), " " + words);
  const failed = sum("count") - sum("complete"), invalid = bench.stages.filter((stage) => !stage.valid).length;
  $("totals").append(...[part("", number(sum("count")), "calls"), failed ? part("bad", number(failed), "failed") : null,
    invalid ? part("bad", number(invalid), "invalid") : null, sum("usd") ? part("", digits(sum("usd")), "USD") : null].filter(Boolean));
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
}
const dark = matchMedia("(prefers-color-scheme: dark)");
setTheme(dark.matches ? "dark" : "light");
dark.addEventListener("change", () => setTheme(dark.matches ? "dark" : "light"));
$("theme").addEventListener("click", () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));

const fact = (name, value) => element("span", {}, name + " ", element("b", {}, String(value)));
showTotals();
$("main").append(...[
  element("h2", {}, bench.operation + " " + bench.model),
  element("div", { class: "facts" }, fact("at", bench.endpoint), ...(bench.proxy ? [fact("through the proxy", bench.proxy)] : []),
    fact("max tokens", bench.max_tokens), fact("seed", bench.seed),
    fact("started", bench.started), fact("prices of", bench.prices)),
  bench.left_out ? element("p", { class: "invalid" }, "Not made: " + bench.left_out.join(", ")) : null,
  comparisonSection(bench.comparison), ...bench.stages.map(stageSection)].filter(Boolean));
