// The timeline: rows of bars on one axis, drawn on a canvas that shows what is in sight and nothing else.
"use strict";

const ROW = 22, GUTTER = 190, AXIS = 26, PAD = 12, MIN_SPAN = 1e-6;

function formatTime(seconds, digits = 4) {
  const s = Math.abs(seconds), sign = seconds < 0 ? "−" : "";
  const n = (value, unit) => sign + String(+value.toPrecision(digits)) + " " + unit;
  if (s === 0) return "0 s";
  if (s < 1e-3) return n(s * 1e6, "µs");
  if (s < 1) return n(s * 1e3, "ms");
  if (s < 120) return n(s, "s");
  const parts = [[86400, "d"], [3600, "h"], [60, "m"], [1, "s"]];
  let rest = Math.round(s), text = [];
  for (const [size, unit] of parts) {
    const count = Math.floor(rest / size);
    if (count > 0 && text.length < 3) { text.push(count + unit); rest -= count * size; }
  }
  return sign + text.join(" ");
}

// The first index of a sorted list whose value is not below x.
function lowerBound(list, x, value) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value(list[middle]) < x) low = middle + 1; else high = middle;
  }
  return low;
}

// Rows for things that overlap: each goes to the first row that is free.
class Lanes {
  constructor() { this.ends = []; this.rows = []; }
  add(start, end) {
    let lane = this.ends.findIndex((e) => e <= start);
    if (lane < 0) { lane = this.ends.length; this.rows.push([]); }
    this.ends[lane] = Math.max(end, start + MIN_SPAN);
    return this.rows[lane];
  }
}

const isModel = (call) => call.service === "bedrock-runtime" || call.service === "sagemaker";

// What a bar of a call looks like: by how it ended, else by what was called.
function lookOf(call) {
  if (call.status === 429) return "warn";
  if (call.wasted || call.ended === "abandoned") return "lost";
  if (call.status >= 400 || (call.ended && call.ended !== "complete")) return "bad";
  if (call.service === "lambda") return "lambda";
  return isModel(call) ? "call" : "box";
}

function callTitle(call) {
  const model = (call.resource || "").split("/").pop();
  return call.operation + (model ? "  " + model : "");
}

// From a scenario's document to rows: {label, depth, bars: [{start, end, look, title, data}]}, bars by their start.
function rowsOf(scenario, end) {
  const rows = [];
  const push = (label, depth, bars, extra = {}) => {
    bars.sort((a, b) => a.start - b.start);
    rows.push({ label, depth, bars, longest: bars.reduce((m, b) => Math.max(m, b.end - b.start), 0), ...extra });
  };
  const steps = scenario.steps.filter((s) => s.kind !== "expect");
  if (steps.length) {
    push("steps", 0, steps.map((s) => ({ start: s.start, end: s.start + s.took, look: s.held ? "ok" : "bad", title: s.name, kind: "step", data: s })), { head: true });
  }
  const byOrigin = new Map();
  for (const call of scenario.calls || []) {
    if (!byOrigin.has(call.origin)) byOrigin.set(call.origin, []);
    byOrigin.get(call.origin).push(call);
  }
  for (const executions of together(scenario.executions || [])) {
    addExecutions(push, executions, end);
    const calls = executions.flatMap((execution) => byOrigin.get(execution.arn) || []);
    if (calls.length) addCalls(push, "calls", 1, calls, end);
    for (const execution of executions) byOrigin.delete(execution.arn);
  }
  // Connections of programs come and go: their calls stand together.
  const rest = [...byOrigin.values()].flat();
  if (rest.length) addCalls(push, rows.length > 1 ? "other calls" : "calls", 0, rest, end, true);
  return rows;
}

// The children of a Map Run stand together, any other execution for itself.
function together(executions) {
  const runs = new Map();
  for (const execution of executions) {
    const key = execution.map_run ?? execution.arn;
    if (!runs.has(key)) runs.set(key, []);
    runs.get(key).push(execution);
  }
  return [...runs.values()];
}

function inLanes(bars) {
  const lanes = new Lanes();
  for (const bar of bars.sort((a, b) => a.start - b.start)) lanes.add(bar.start, bar.end).push(bar);
  return lanes.rows;
}

function addExecutions(push, executions, end) {
  const bars = executions.map((execution) => {
    const failed = !["SUCCEEDED", "RUNNING"].includes(execution.status);
    return { start: execution.start, end: execution.end ?? end, look: failed ? "bad" : "state", title: execution.machine + "  " + execution.status, kind: "execution", data: execution };
  });
  inLanes(bars).forEach((row, i) => push(i ? "" : executions[0].machine, 0, row, i ? {} : { head: true }));
  // States by how deep they stand: those of a branch below their Parallel.
  const levels = [];
  for (const execution of executions) {
    const depths = [];
    execution.states.forEach((state, i) => {
      depths[i] = state.within === undefined ? 0 : depths[state.within] + 1;
      const look = ["Parallel", "Map"].includes(state.type) ? "box" : state.type === "Wait" ? "wait" : "state";
      const attempts = state.attempts || [], last = attempts.length ? attempts[attempts.length - 1][2] : "";
      (levels[depths[i]] ??= []).push({ start: state.start, end: state.end ?? execution.end ?? end, look: /Failed|TimedOut/.test(last) ? "bad" : look, title: state.name, kind: "state", data: state, gaps: gapsOf(attempts) });
    });
  }
  levels.forEach((level, depth) => inLanes(level).forEach((row, i) => push(i || depth ? "" : "states", 1 + depth, row)));
}

// Where a state waited between two attempts.
function gapsOf(attempts) {
  const gaps = [];
  for (let i = 1; i < attempts.length; ++i) {
    if (attempts[i - 1][1] !== null) gaps.push([attempts[i - 1][1], attempts[i][0]]);
  }
  return gaps;
}

// Attempts of one call in one row, with the pauses between them.
function addCalls(push, label, depth, calls, end, head) {
  const groups = new Map();
  for (const call of calls) {
    if (!groups.has(call.call)) groups.set(call.call, []);
    groups.get(call.call).push(call);
  }
  const lanes = new Lanes();
  for (const group of [...groups.values()].sort((a, b) => a[0].at - b[0].at)) {
    const last = group[group.length - 1];
    const row = lanes.add(group[0].at, Math.max(...group.map((c) => c.end ?? end)));
    group.forEach((call, i) => {
      const before = group[i - 1];
      if (before && before.end !== undefined && call.at > before.end) {
        row.push({ start: before.end, end: call.at, look: "wait", title: "wait before attempt " + call.attempt, kind: "wait", data: { call: last.call } });
      }
      row.push({ start: call.at, end: call.end ?? end, look: lookOf(call), title: callTitle(call), kind: "call", data: call, open: call.end === undefined, frames: call.frames });
    });
  }
  lanes.rows.forEach((bars, i) => push(i ? "" : label, depth, bars, head && !i ? { head } : {}));
}

class Timeline {
  // onPick(bar or null) hears of a click, onHover(bar or null, event) of the pointer.
  constructor(box, canvas, spacer, { onPick, onHover }) {
    Object.assign(this, { box, canvas, spacer, onPick, onHover, rows: [], picked: null, start: 0, end: 1, full: [0, 1] });
    this.context = canvas.getContext("2d");
    this.listen();
  }

  show(rows, start, end, keepView) {
    this.rows = rows;
    const margin = (end - start) * 0.015;
    this.full = end > start ? [start - margin, end + margin] : [start, start + 0.001]; // all of it at one instant
    if (!keepView) [this.start, this.end] = this.full;
    this.spacer.style.height = "0px";
    const height = AXIS + rows.length * ROW + PAD;
    this.box.style.height = Math.min(Math.max(height, 130), Math.max(innerHeight * 0.62, 240)) + "px";
    // The canvas is as high as the box and sticks to it; the spacer below makes up the rest.
    this.spacer.style.height = Math.max(height - this.box.clientHeight, 0) + "px";
    this.colours = null;
    this.draw();
  }

  get width() { return this.canvas.clientWidth - GUTTER - PAD; }
  x(time) { return GUTTER + (time - this.start) / (this.end - this.start) * this.width; }
  time(x) { return this.start + (x - GUTTER) / this.width * (this.end - this.start); }

  zoom(factor, at = GUTTER + this.width / 2) {
    const time = this.time(at), span = this.end - this.start;
    const wanted = Math.min(Math.max(span * factor, MIN_SPAN), this.full[1] - this.full[0]);
    this.start = time - (time - this.start) * wanted / span;
    this.end = this.start + wanted;
    this.pan(0);
  }
  pan(time) {
    const span = this.end - this.start;
    this.start = Math.min(Math.max(this.start + time, this.full[0]), this.full[1] - span);
    this.end = this.start + span;
    this.redraw();
  }
  fit() { [this.start, this.end] = this.full; this.redraw(); }
  focus(bar) {
    const margin = Math.max((bar.end - bar.start) * 0.2, MIN_SPAN * 10);
    this.start = Math.max(bar.start - margin, this.full[0]);
    this.end = Math.min(bar.end + margin, this.full[1]);
    this.redraw();
  }
  redraw() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => { this.asked = 0; this.draw(); });
  }

  listen() {
    const { canvas } = this;
    let drag = null;
    canvas.addEventListener("wheel", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || (!event.shiftKey && this.spacer.offsetHeight === 0 && Math.abs(event.deltaY) > Math.abs(event.deltaX))) {
        event.preventDefault();
        this.zoom(Math.exp(Math.sign(event.deltaY) * 0.18), event.offsetX);
      } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        this.pan((event.deltaX || event.deltaY) / this.width * (this.end - this.start));
      }
    }, { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
      drag = { x: event.offsetX, start: this.start, moved: false };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (drag) {
        drag.moved = drag.moved || Math.abs(event.offsetX - drag.x) > 3;
        canvas.classList.toggle("drag", drag.moved);
        if (drag.moved) this.pan(drag.start - (event.offsetX - drag.x) / this.width * (this.end - this.start) - this.start);
        return;
      }
      const bar = this.barAt(event.offsetX, event.offsetY);
      canvas.classList.toggle("over", !!bar);
      this.onHover(bar, event);
    });
    canvas.addEventListener("pointerup", (event) => {
      if (drag && !drag.moved) this.pick(this.barAt(event.offsetX, event.offsetY));
      drag = null;
      canvas.classList.remove("drag");
    });
    canvas.addEventListener("pointerleave", () => this.onHover(null));
    canvas.addEventListener("dblclick", (event) => {
      const bar = this.barAt(event.offsetX, event.offsetY);
      if (bar) this.focus(bar); else this.fit();
    });
    canvas.addEventListener("keydown", (event) => {
      const span = this.end - this.start;
      const act = { "+": () => this.zoom(0.7), "=": () => this.zoom(0.7), "-": () => this.zoom(1 / 0.7), "0": () => this.fit(),
        ArrowLeft: () => this.pan(-span / 8), ArrowRight: () => this.pan(span / 8), Escape: () => this.pick(null) }[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });
    this.box.addEventListener("scroll", () => this.redraw());
    new ResizeObserver(() => this.redraw()).observe(this.box);
  }

  pick(bar) { this.picked = bar; this.onPick(bar); this.redraw(); }

  barAt(x, y) {
    const row = this.rows[Math.floor((y - AXIS + this.box.scrollTop) / ROW)];
    if (!row || x < GUTTER || y < AXIS) return null;
    const slack = 2 / this.width * (this.end - this.start), time = this.time(x);
    let best = null;
    for (let i = lowerBound(row.bars, time - slack - row.longest, (b) => b.start); i < row.bars.length && row.bars[i].start <= time + slack; ++i) {
      if (row.bars[i].end >= time - slack) best = row.bars[i];
    }
    return best;
  }

  draw() {
    const { canvas, context: c } = this, scale = devicePixelRatio || 1;
    const width = canvas.clientWidth, height = this.box.clientHeight;
    if (!width) return;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
    }
    canvas.style.height = height + "px";
    c.setTransform(scale, 0, 0, scale, 0, 0);
    this.colours ??= readColours();
    c.fillStyle = this.colours.panel;
    c.fillRect(0, 0, width, height);
    this.drawGrid(width, height);
    const top = this.box.scrollTop, first = Math.max(Math.floor((top - AXIS) / ROW), 0);
    c.save();
    c.beginPath();
    c.rect(0, AXIS, width, height - AXIS);
    c.clip();
    for (let i = first; i < this.rows.length && AXIS + i * ROW - top < height; ++i) this.drawRow(this.rows[i], AXIS + i * ROW - top, width);
    c.restore();
  }

  drawGrid(width, height) {
    const { context: c, colours } = this, span = this.end - this.start;
    const rough = span / Math.max(this.width / 110, 1), power = 10 ** Math.floor(Math.log10(rough));
    let step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
    if (rough > 20) step = [30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400, 172800, 604800].find((s) => s >= rough) || step;
    c.font = "11px system-ui, sans-serif";
    c.textBaseline = "middle";
    c.textAlign = "center";
    for (let n = Math.ceil(this.start / step); n * step <= this.end; ++n) {
      const x = Math.round(this.x(n * step)) + 0.5;
      if (x < GUTTER) continue;
      c.strokeStyle = colours.line;
      c.beginPath(); c.moveTo(x, AXIS - 5); c.lineTo(x, height); c.stroke();
      c.fillStyle = colours.muted;
      c.fillText(formatTime(+(n * step).toPrecision(12), 6), x, AXIS / 2);
    }
    c.strokeStyle = colours.line;
    c.beginPath(); c.moveTo(0, AXIS - 0.5); c.lineTo(width, AXIS - 0.5); c.stroke();
  }

  drawRow(row, y, width) {
    const { context: c, colours } = this;
    if (row.head && y > AXIS) {
      c.strokeStyle = colours.line;
      c.beginPath(); c.moveTo(0, y + 0.5); c.lineTo(width, y + 0.5); c.stroke();
    }
    c.save();
    c.beginPath(); c.rect(GUTTER - 3, y, width - GUTTER + 3, ROW); c.clip();
    const from = lowerBound(row.bars, this.start - row.longest, (b) => b.start);
    const painted = {};  // what is thinner than a pixel is drawn once a pixel, what went wrong on top of the rest
    let right = -1;
    for (let i = from; i < row.bars.length && row.bars[i].start <= this.end; ++i) {
      const bar = row.bars[i];
      if (bar.end < this.start) continue;
      const x0 = Math.max(this.x(bar.start), GUTTER - 4), x1 = Math.min(this.x(bar.end), width + 4);
      const edge = bar.look === "bad" || bar.look === "warn" ? painted[bar.look] ?? -1 : right;
      if (x1 < edge + 1 && x1 - x0 < 1 && bar !== this.picked) continue;
      right = Math.max(right, x1);
      painted[bar.look] = x1;
      this.drawBar(bar, x0, Math.max(x1 - x0, 1.5), y);
    }
    c.restore();
    c.textAlign = "left";
    c.textBaseline = "middle";
    c.font = (row.head ? "600 " : "") + "12px system-ui, sans-serif";
    c.fillStyle = row.head ? colours.ink : colours.muted;
    c.fillText(shortened(c, row.label, GUTTER - 26 - row.depth * 10), 12 + row.depth * 10, y + ROW / 2 + 0.5);
  }

  drawBar(bar, x, w, y) {
    const { context: c, colours } = this, top = y + 3, h = ROW - 6, r = Math.min(3, w / 2);
    const strong = colours[bar.look], soft = colours[bar.look + "Soft"] || strong;
    if (bar.kind === "wait") {
      c.strokeStyle = colours.wait;
      c.setLineDash([2, 3]);
      c.beginPath(); c.moveTo(x, top + h / 2); c.lineTo(x + w, top + h / 2); c.stroke();
      c.setLineDash([]);
      return;
    }
    c.fillStyle = soft;
    c.beginPath(); c.roundRect(x, top, w, h, r); c.fill();
    if (bar.frames) this.drawFrames(bar, x, w, top, h, strong);
    for (const [from, to] of bar.gaps || []) {
      const a = this.x(from), b = this.x(to);
      c.fillStyle = colours.panel;
      c.fillRect(a, top + 2, Math.max(b - a, 0), h - 4);
    }
    c.fillStyle = strong;
    c.fillRect(x, top, Math.min(3, w), h);
    if (bar.data.fault && w > 8) {
      c.fillStyle = colours.bad;
      c.beginPath(); c.moveTo(x + w, top + h / 2); c.lineTo(x + w - 6, top + 2); c.lineTo(x + w - 6, top + h - 2); c.fill();
    }
    if (bar === this.picked) {
      c.strokeStyle = colours.select; c.lineWidth = 2;
      c.beginPath(); c.roundRect(x - 1, top - 1, w + 2, h + 2, r + 1); c.stroke();
      c.lineWidth = 1;
    }
    const left = Math.max(x, GUTTER) + 7, room = x + w - left - 5;
    if (room < 24) return;
    c.font = "11.5px system-ui, sans-serif";
    c.textAlign = "left"; c.textBaseline = "middle";
    c.fillStyle = colours.ink;
    c.fillText(shortened(c, bar.title, room), left, y + ROW / 2 + 0.5);
  }

  // A tick for each frame of a stream, along the foot of its bar.
  drawFrames(bar, x, w, top, h, strong) {
    const { context: c } = this;
    c.fillStyle = strong;
    let painted = -1;
    for (let i = lowerBound(bar.frames, this.start, (f) => f[0]); i < bar.frames.length && bar.frames[i][0] <= this.end; ++i) {
      const at = Math.floor(this.x(bar.frames[i][0]));
      if (at === painted) continue;
      painted = at;
      c.fillRect(at, top + h - 4, 1, 4);
    }
  }
}

function readColours() {
  const style = getComputedStyle(document.documentElement), colours = {};
  for (const name of ["ink", "muted", "line", "panel", "select", "ok", "bad", "warn", "call", "state", "box", "lambda", "lost", "wait"]) {
    colours[name] = style.getPropertyValue("--" + name).trim();
    const soft = style.getPropertyValue("--" + name + "-soft").trim();
    if (soft) colours[name + "Soft"] = soft;
  }
  return colours;
}

const widths = new Map();
function shortened(c, text, room) {
  const key = c.font + "|" + text;
  if (!widths.has(key)) { if (widths.size > 5000) widths.clear(); widths.set(key, c.measureText(text).width); }
  const width = widths.get(key);
  if (width <= room) return text;
  const keep = Math.floor(text.length * room / width) - 1;
  return keep > 1 ? text.slice(0, keep) + "…" : "";
}
