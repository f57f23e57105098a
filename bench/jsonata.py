#!/usr/bin/env python3
"""JSONata here and in the reference implementation on node: the same expressions in one run, and how many times faster.

bench/jsonata.py [--bench BEDLAM_BENCH] [--suite DIRECTORY] [--longest N]: the expressions of bench/jsonata_expressions.json, and
where the cases of the official test suite are there, the N that take the reference implementation longest. Fetches the npm
package `jsonata` into build/jsonata where it is not there.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[1]
EXPRESSIONS = ROOT / "bench/jsonata_expressions.json"
PACKAGE = ROOT / "build/jsonata"
# Of each the quickest counts, on both sides, and time of the processor: others work on the machine too. Node's is that of all its
# threads, or what passed where that is less.
BATCHES = 5
LEAST_RATIO = 10  # fewer, and this says so in its exit status

REFERENCE = """
const jsonata = require('jsonata');
const [file, seconds, batches] = process.argv.slice(1);
const items = JSON.parse(require('fs').readFileSync(file));
(async () => {
  const result = {};
  for (const { name, expression, input, bindings } of items) {
    try {
      const compiled = jsonata(expression);
      await compiled.evaluate(input, bindings);
      let least = Infinity;
      for (let batch = 0; batch < batches; batch++) {
        let runs = 0;
        const start = performance.now(), used = process.cpuUsage();
        while (runs < 2 || performance.now() - start < seconds * 1000) { await compiled.evaluate(input, bindings); runs++; }
        const elapsed = performance.now() - start, { user, system } = process.cpuUsage(used);
        least = Math.min(least, Math.min(elapsed, (user + system) / 1000) / runs * 1e6);
      }
      result[name] = least;
    } catch (error) {}  // a case of the suite that must fail
  }
  console.log(JSON.stringify(result));
})();
"""


def reference(file, seconds, batches):
    if not (PACKAGE / "node_modules/jsonata").exists():
        PACKAGE.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--prefix", PACKAGE, "jsonata@2"], check=True)
    command = ["node", "-e", REFERENCE, str(file), str(seconds), str(batches)]
    return json.loads(subprocess.run(command, cwd=PACKAGE, check=True, capture_output=True, text=True).stdout)


def ours(bench, file):
    command = [bench, "--benchmark_filter=jsonata/", "--benchmark_format=json", "--benchmark_min_time=0.1",
               f"--benchmark_repetitions={BATCHES}"]
    environment = {**os.environ, "BEDLAM_JSONATA_EXPRESSIONS": str(file)}
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)
    assert all(run["time_unit"] == "ns" for run in report["benchmarks"])
    times = {}
    for run in report["benchmarks"]:
        if run["run_type"] == "iteration":
            times.setdefault(run["run_name"].removeprefix("jsonata/"), []).append(run["cpu_time"])
    return {name: min(all_of_it) for name, all_of_it in times.items()}


def longest_of_suite(directory, count):
    items = []
    for line in (directory / "cases.jsonl").read_text().splitlines():
        case = json.loads(line)
        if "timelimit" in case or "depth" in case or "code" in case or "$eval" in case["expr"]:
            continue  # those are stopped, or fail
        item = {"name": case["id"].replace("#", "_"), "expression": case["expr"], "bindings": case.get("bindings", {})}
        if case.get("dataset"):
            item["input"] = json.loads((directory / "datasets" / f"{case['dataset']}.json").read_text())
        elif "data" in case:
            item["input"] = case["data"]
        items.append(item)
    times = reference(written(items), 0.005, 3)
    return sorted((i for i in items if i["name"] in times), key=lambda i: -times[i["name"]])[:count]


def written(items):
    file = PACKAGE / "expressions.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(items))
    return file


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=pathlib.Path, default=ROOT / "build/release/bedlam_bench")
    parser.add_argument("--suite", type=pathlib.Path, default=ROOT.parent / "shared/jsonata-suite")
    parser.add_argument("--longest", type=int, default=15)
    options = parser.parse_args()
    items = json.loads(EXPRESSIONS.read_text())
    if options.suite.is_dir():
        items += longest_of_suite(options.suite, options.longest)
    file = written(items)
    here, there = ours(options.bench, file), reference(file, 0.1, BATCHES)
    slow = 0
    print(f"{'expression':36} {'bedlam':>12} {'node':>12} {'ratio':>8}")
    for name, nanoseconds in here.items():
        ratio = there[name] / nanoseconds
        slow += ratio < LEAST_RATIO
        print(f"{name:36} {nanoseconds / 1000:9.1f} µs {there[name] / 1000:9.1f} µs {ratio:8.1f}")
    print(f"{slow} of {len(here)} are less than {LEAST_RATIO} times as fast")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
