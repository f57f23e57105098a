#!/usr/bin/env python3
"""How long the page that `--html` writes takes to open: page.py [--runs 5].

Three runs of about 100,000 events each: streams (250 calls of 400 frames), steps (5,000 calls, each throttled once, of 20 frames), and
children (10,000 executions of a Distributed Map with a state, a call and ten events each). Headless Chromium opens each page; the
figure is the page's own, from the beginning of its navigation to the end of the first drawing (performance.now()).
"""

import argparse
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).parents[1]
BEDLAM = ROOT / "build/release/bedlam"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
# Behind the page's own scripts: the frame after theirs, and the task after that frame.
PROBE = "<script>requestAnimationFrame(() => setTimeout(() => console.log('DRAWN ' + performance.now() + ' ms')))</script></body>"


def model(rules):
    return f"models:\n  anthropic.claude-3-haiku-*:\n    latency: {{first_token: 100ms, per_token: 5ms}}\n    replies: {rules}\n"


def calls(count):
    return "run:\n" + "".join(f"  - {{call: ConverseStream, model: {HAIKU}, prompt: Prompt {i}, as: step {i}}}\n" for i in range(count))


def children(count):
    body = "{anthropic_version: bedrock-2023-05-31, max_tokens: 10, messages: [{role: user, content: Hi}]}"
    return f"""models:
  anthropic.claude-3-haiku-*: {{latency: "uniform(1s, 9s)", replies: [{{when: {{call: 7}}, throttle: true}}, {{answer: Hello}}]}}
workflows:
  big:
    definition:
      StartAt: Each
      States:
        Each:
          Type: Map
          MaxConcurrency: 100
          ItemsPath: $.items
          ToleratedFailurePercentage: 100
          ItemProcessor:
            ProcessorConfig: {{Mode: DISTRIBUTED, ExecutionType: STANDARD}}
            StartAt: Ask
            States:
              Ask:
                Type: Task
                Resource: arn:aws:states:::bedrock:invokeModel
                Parameters: {{ModelId: {HAIKU}, Body: {body}}}
                ResultPath: null
                End: true
          ResultPath: null
          End: true
run:
  - {{start: big, input: {{items: {list(range(count))}}}}}
"""


SCENARIOS = {
    "streams": model("[{answer: {tokens: 400}}]") + calls(250),
    "steps": model("[{when: {attempt: 1}, throttle: true}, {answer: {tokens: 17}}]") + calls(5000),
    "children": children(10000),
}


def opened(page, profile):
    done = subprocess.run(
        [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1400,1000", f"--user-data-dir={profile}",
         "--enable-logging=stderr", f"--screenshot={profile}.png", f"file://{page}"], capture_output=True, text=True, check=True)
    return float(re.search(r"DRAWN ([\d.]+) ms", done.stderr).group(1)) / 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        for kind, scenario in SCENARIOS.items():
            (directory / f"{kind}.yaml").write_text(scenario)
            page = directory / f"{kind}.html"
            subprocess.run([BEDLAM, "test", f"{kind}.yaml", "--html", page], cwd=directory, check=True, stdout=subprocess.DEVNULL)
            text = page.read_text()
            at = text.rindex("</body>")
            page.write_text(text[:at] + PROBE + text[at + len("</body>"):])
            times = [opened(page, directory / f"profile-{kind}-{run}") for run in range(runs)]
            print(f"{kind}: {page.stat().st_size / 1e6:.1f} MB, open after {statistics.median(times):.2f} s "
                  f"({min(times):.2f} to {max(times):.2f}, {runs} runs)")


if __name__ == "__main__":
    main()
