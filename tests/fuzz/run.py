#!/usr/bin/env python3
"""Runs the fuzz targets that `ci/build fuzz` built over their corpus and, led by coverage, on from it.

tests/fuzz/run.py [--build build/fuzz] [--seconds 5] [--runs N] [--seed 1] [TARGET...]

Without --seconds or --runs each target has RUNS inputs, the same for the same seed. An input that breaks one is kept in the
build directory; make it a test, mend what it found, and add it to the corpus.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
RUNS = 4000
LONGEST_S = 20  # of one target, on a busy machine
LONGEST_INPUT = 4096


def run(binary, options):
    name = binary.name.removeprefix("fuzz_")
    found = options.build / "found" / name
    found.mkdir(parents=True, exist_ok=True)
    grown = options.build / "corpus" / name  # new inputs go to the first directory, and not into the repository
    if grown.exists() and options.seconds is None:
        shutil.rmtree(grown)  # or one run would depend on the last
    grown.mkdir(parents=True, exist_ok=True)
    command = [str(binary), f"-seed={options.seed}", f"-artifact_prefix={found}/", f"-max_len={LONGEST_INPUT}",
               "-print_final_stats=0", "-verbosity=0", "-timeout=20", "-rss_limit_mb=1024"]
    if options.seconds is not None:
        command.append(f"-max_total_time={options.seconds}")
    else:
        command += [f"-runs={options.runs}", f"-max_total_time={LONGEST_S}"]
    if (words := HERE / f"{name}.dict").exists():
        command.append(f"-dict={words}")
    corpus = HERE / "corpus" / name
    ran = subprocess.run([*command, str(grown), *([str(corpus)] if corpus.is_dir() else [])], capture_output=True,
                         text=True, errors="replace")
    print(f"{name}: {'held' if ran.returncode == 0 else 'FAILED'}", flush=True)
    if ran.returncode != 0:
        print(ran.stderr[-8000:])
        print(f"again: {binary} {found}/…")
    return ran.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parents[1] / "build/fuzz")
    parser.add_argument("--seconds", type=int)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    binaries = sorted(options.build.glob("fuzz_*"))
    if options.targets:
        binaries = [b for b in binaries if b.name.removeprefix("fuzz_") in options.targets]
    if not binaries:
        why = "`ci/build fuzz` builds them" if shutil.which("clang++") else "clang++ is not installed"
        sys.exit(f"no fuzz targets in {options.build} ({why})")
    sys.exit(0 if all([run(binary, options) for binary in binaries]) else 1)


if __name__ == "__main__":
    main()
