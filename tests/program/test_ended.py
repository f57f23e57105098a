"""`bedlam test`, ended by a signal while a program runs: nothing of it stays behind."""

import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

import test_command_line  # finds the program and its server

BEDLAM = test_command_line.bedlam.BEDLAM


class Ended(unittest.TestCase):
    def test_the_program_goes_with_it(self):
        for ending in signal.SIGINT, signal.SIGTERM:
            with self.subTest(ending=ending), tempfile.TemporaryDirectory() as name:
                directory = pathlib.Path(name)
                (directory / "long.yaml").write_text('run: [{command: "echo $$ > pid; sleep 60", timeout: 60s}]\n')
                process = subprocess.Popen([BEDLAM, "test", "long.yaml"], cwd=directory, stdout=subprocess.DEVNULL)
                pid = directory / "pid"
                while not pid.exists() or not pid.read_text().strip():
                    self.assertIsNone(process.poll())
                    time.sleep(0.01)
                process.send_signal(ending)
                self.assertEqual(process.wait(timeout=20), -ending)
                shell = pathlib.Path(f"/proc/{pid.read_text().strip()}")
                for _ in range(1000):  # it is reaped by whoever adopted it
                    if not shell.exists() or "(zombie)" in (shell / "status").read_text():
                        break
                    time.sleep(0.01)
                else:
                    self.fail("the program goes on")


if __name__ == "__main__":
    unittest.main()
