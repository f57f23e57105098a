"""The page that `--html` writes and that `bedlam serve` shows, in headless Chromium, and the JSON document behind it."""

import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import urllib.request
import zlib

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/clients"))
import server as bedlam

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# page.css: the bars of model calls, of throttles, in light.
MODEL, THROTTLED = (0x4C, 0x5F, 0xD5), (0xC7, 0x77, 0x00)

SCENARIO = """
# A throttled call, a stream that stalls, and a workflow </script><b>that looks like markup.
models:
  anthropic.claude-3-haiku-*:
    latency: {first_token: 1s, per_token: 50ms}
    replies:
      - {when: {prompt: "*again*"}, script: [throttle, {answer: Room for everyone.}]}
      - {when: {operation: ConverseStream}, answer: {tokens: 60}, fault: {after_tokens: 30, stall: forever}}
workflows:
  twice:
    definition:
      StartAt: One
      States:
        One: {Type: Wait, Seconds: 3, Next: Two}
        Two: {Type: Succeed}
run:
  - {call: Converse, model: anthropic.claude-3-haiku-20240307-v1:0, prompt: again, client: {retries: standard}, as: throttled}
  - {call: ConverseStream, model: anthropic.claude-3-haiku-20240307-v1:0, prompt: Hi, client: {read_timeout: 5s}, expect: {outcome: partial}, as: stalled}
  - {start: twice, expect: {takes: 4s}}
"""


def pixels(png):
    """The colours of a PNG of 8 bits without interlacing, as Chromium writes them."""
    at, data, size, channels = 8, b"", None, 0
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        body = png[at + 8:at + 8 + length]
        if kind == b"IHDR":
            size, channels = struct.unpack(">II", body[:8]), {2: 3, 6: 4}[body[9]]
        if kind == b"IDAT":
            data += body
        at += 12 + length
    raw, (width, height), stride = zlib.decompress(data), size, size[0] * channels
    above, colours = bytearray(stride), set()
    for y in range(height):
        kind, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for i in range(stride):
            left = line[i - channels] if i >= channels else 0
            corner = above[i - channels] if i >= channels else 0
            if kind == 1:
                line[i] = (line[i] + left) & 255
            elif kind == 2:
                line[i] = (line[i] + above[i]) & 255
            elif kind == 3:
                line[i] = (line[i] + (left + above[i]) // 2) & 255
            elif kind == 4:
                guess = left + above[i] - corner
                nearest = min((left, above[i], corner), key=lambda value: abs(guess - value))
                line[i] = (line[i] + nearest) & 255
        colours.update(zip(line[0::channels], line[1::channels], line[2::channels]))
        above = line
    return colours


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.directory = pathlib.Path(directory.name)
        (cls.directory / "page.yaml").write_text(SCENARIO.lstrip())
        cls.done = subprocess.run([bedlam.BEDLAM, "test", "page.yaml", "--html", "page.html", "--json", "page.json"],
                                  capture_output=True, text=True, cwd=cls.directory)
        cls.page = (cls.directory / "page.html").read_text()
        cls.document = json.loads((cls.directory / "page.json").read_text())

    def chromium(self, *arguments):
        if CHROMIUM is None:
            self.skipTest("chromium is not installed")
        command = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1400,1000",
                   f"--user-data-dir={self.directory / 'profile'}", "--virtual-time-budget=4000", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120).stdout

    def test_the_page_needs_nothing_else(self):
        self.assertEqual(re.findall(r'(?:src|href)=(?!"data:)|@import|url\(', self.page), [])

    def test_the_page_holds_the_document(self):
        inside = re.search(r'<script type="application/json" id="data">(.*?)</script>', self.page, re.S).group(1)
        self.assertEqual(json.loads(inside), self.document)

    def test_the_document_has_every_attempt_frame_and_state(self):
        scenario = self.document["scenarios"][0]
        self.assertEqual((self.document["form"], self.document["totals"]["failed"], scenario["status"]), (1, 1, "failed"))
        first, second, stream = scenario["calls"]
        self.assertEqual([(c["attempt"], c["status"], c["call"]) for c in (first, second)], [(1, 429, 1), (2, 200, 1)])
        # messageStart, contentBlockStart and 30 tokens: the first after 1 s, then one every 50 ms.
        frames = [frame for frame in stream["frames"] if frame[1] > 0]
        self.assertEqual(len(frames), 30)
        self.assertAlmostEqual(frames[-1][0] - stream["at"], 1 + 29 * 0.05)
        self.assertEqual((stream["wasted"], stream["fault"]), ("abandoned", "stall forever after 30 tokens"))
        [execution] = scenario["executions"]
        self.assertEqual([(s["name"], s["end"] - s["start"]) for s in execution["states"]], [("One", 3), ("Two", 0)])
        self.assertEqual(scenario["steps"][2]["failed"][0]["field"], "takes")
        self.assertEqual(self.document["coverage"]["workflows"][0]["taken"], 2)

    def test_chromium_shows_verdicts_money_and_text_as_text(self):
        shown = self.chromium("--dump-dom", f"file://{self.directory}/page.html")
        for text in ["1</b> failed", "1 failed expectation", "^^ expected 4 s, it took 3 s", "Steps and money", "stalled",
                     "and a workflow &lt;/script&gt;&lt;b&gt;that looks like markup", "USD wasted", "seed <b>1</b>",
                     "Retry X-ray", "the SDK waits", "attempt 1 at 0 s: 429 ThrottlingException"]:
            self.assertIn(text, shown)

    def test_a_long_table_is_made_as_far_as_it_is_seen(self):
        steps = "".join(f"  - {{wait: 1s, as: nothing {i}}}\n  - {{call: Converse, model: anthropic.claude-3-haiku-20240307-v1:0, "
                        f"prompt: Hi, as: step {i}}}\n" for i in range(150))
        (self.directory / "long.yaml").write_text("run:\n" + steps)
        subprocess.run([bedlam.BEDLAM, "test", "long.yaml", "--html", "long.html"], cwd=self.directory, check=True,
                       capture_output=True)
        shown = self.chromium("--dump-dom", f"file://{self.directory}/long.html")
        self.assertIn("<td>step 99</td>", shown)
        self.assertNotIn("<td>step 100</td>", shown)
        self.assertIn('<button class="more">50 more</button>', shown)
        self.assertIn("<td>all</td>", shown)

    def test_children_of_a_map_run_share_rows(self):
        node = shutil.which("node")
        if node is None:
            self.skipTest("node is not installed")
        child = {"machine": "m/Each", "status": "SUCCEEDED", "map_run": "run", "states": [{"name": "Ask", "type": "Task", "start": 0, "end": 1}]}
        executions = [{**child, "arn": f"a{i}", "start": i, "end": i + 1, "states": [{**child["states"][0], "start": i, "end": i + 1}]}
                      for i in range(3)]
        # The third begins while the second goes on.
        executions[2] |= {"start": 1.5}
        script = (ROOT / "harness/report/page/timeline.js").read_text() + (
            f"\nconst rows = rowsOf({{steps: [], executions: {json.dumps(executions)}}}, 3);"
            "console.log(JSON.stringify(rows.map((row) => [row.label, row.bars.length])));")
        done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)
        self.assertEqual(json.loads(done.stdout), [["m/Each", 2], ["", 1], ["states", 3]])

    def test_chromium_draws_the_timeline_in_light_and_dark(self):
        drawn = {}
        for name, scheme in [("light", "1"), ("dark", "0")]:
            picture = self.directory / f"{name}.png"
            self.chromium(f"--screenshot={picture}", f"--blink-settings=preferredColorScheme={scheme}",
                          f"file://{self.directory}/page.html")
            drawn[name] = pixels(picture.read_bytes())
        self.assertLessEqual({MODEL, THROTTLED}, drawn["light"])
        self.assertIn((0x10, 0x14, 0x1A), drawn["dark"])
        self.assertNotIn((0x10, 0x14, 0x1A), drawn["light"])

    def test_the_live_page_shows_what_is_going_on(self):
        with bedlam.Server("--clock", "skip") as server:
            body = json.dumps({"messages": [{"role": "user", "content": [{"text": "Hi"}]}]}).encode()
            call = server.url + "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse"
            urllib.request.urlopen(urllib.request.Request(call, data=body)).read()
            live = server.ask("report")
            self.assertEqual([c["operation"] for c in live["scenarios"][0]["calls"]], ["Converse"])
            with urllib.request.urlopen(server.url + "/_bedlam/") as answer:
                self.assertTrue(answer.headers["Content-Type"].startswith("text/html"))
            shown = self.chromium("--dump-dom", server.url + "/_bedlam/")
            self.assertIn("1</b> request<", shown.replace("</span>", "<"))
            self.assertRegex(shown, r'<span id="live">')


if __name__ == "__main__":
    unittest.main()
