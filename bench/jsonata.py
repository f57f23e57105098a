#!/usr/bin/env python3
"""JSONata here and in the reference implementation on node: the same expressions in one run, and how many times faster.

bench/jsonata.py [BEDLAM_BENCH]: fetches the npm package `jsonata` into build/jsonata where it is not there.
"""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[1]
BENCH = sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/release/bedlam_bench"
EXPRESSIONS = ROOT / "bench/jsonata_expressions.json"
PACKAGE = ROOT / "build/jsonata"
LEAST_RATIO = 10  # fewer, and this says so in its exit status

REFERENCE = """
const jsonata = require('jsonata');
const items = JSON.parse(require('fs').readFileSync(process.argv[1]));
(async () => {
  const result = {};
  for (const { name, expression, input } of items) {
    const compiled = jsonata(expression);
    await compiled.evaluate(input);
    let runs = 0;
    const start = performance.now();
    while (runs < 2 || performance.now() - start < 300) { await compiled.evaluate(input); runs++; }
    result[name] = (performance.now() - start) / runs * 1e6;
  }
  console.log(JSON.stringify(result));
})();
"""


def reference():
    if not (PACKAGE / "node_modules/jsonata").exists():
        PACKAGE.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--prefix", PACKAGE, "jsonata@2"], check=True)
    command = ["node", "-e", REFERENCE, str(EXPRESSIONS)]
    return json.loads(subprocess.run(command, cwd=PACKAGE, check=True, capture_output=True, text=True).stdout)


def ours():
    command = [BENCH, "--benchmark_filter=jsonata/", "--benchmark_format=json"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert all(run["time_unit"] == "ns" for run in report["benchmarks"])
    return {run["name"].removeprefix("jsonata/"): run["real_time"] for run in report["benchmarks"]}


def main():
    here, there = ours(), reference()
    slow = 0
    print(f"{'expression':28} {'bedlam':>12} {'node':>12} {'ratio':>8}")
    for name, nanoseconds in here.items():
        ratio = there[name] / nanoseconds
        slow += ratio < LEAST_RATIO
        print(f"{name:28} {nanoseconds / 1000:9.1f} µs {there[name] / 1000:9.1f} µs {ratio:8.1f}")
    print(f"{slow} of {len(here)} are less than {LEAST_RATIO} times as fast")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
