"""`bedlam bench`, `record` and `compare` behind a company's proxy: a small one on a free port, which alone can reach the endpoints
that are named, as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say."""

import base64
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/clients"))
import server as bedlam

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
HOST = "bedrock.example"  # RFC 2606: no name of a machine
USER, PASSWORD = "jane", "open sesame%"
CREDENTIAL = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


class Proxy:
    """Takes every host for a port of this machine. `heads`: what it was asked, each with the bytes that followed it."""

    def __init__(self, port, wants=None, answer=None):
        self.port_behind, self.wants, self.answer = port, wants, answer
        self.heads, self.passed = [], bytearray()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.pass_on, args=(client,), daemon=True).start()

    def pass_on(self, client):
        data = b""
        while b"\r\n\r\n" not in data:
            part = client.recv(65536)
            if not part:
                return client.close()
            data += part
        head, rest = data.split(b"\r\n\r\n", 1)
        self.heads.append(head.decode())
        refusal = self.answer
        if self.wants and f"Proxy-Authorization: Basic {self.wants}\r\n" not in head.decode() + "\r\n":
            refusal = "407 Proxy Authentication Required"
        if refusal:
            client.sendall(f"HTTP/1.1 {refusal}\r\nContent-Length: 0\r\nProxy-Authenticate: Basic\r\n\r\n".encode())
            return client.close()
        behind = socket.create_connection(("127.0.0.1", self.port_behind))
        if head.startswith(b"CONNECT "):
            client.sendall(b"HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\n\r\n")
        else:
            behind.sendall(data)
            rest = b""
        behind.sendall(rest)
        thread = threading.Thread(target=self.pump, args=(behind, client), daemon=True)
        thread.start()
        self.pump(client, behind)

    def pump(self, source, sink):
        try:
            while part := source.recv(65536):
                self.passed += part
                sink.sendall(part)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Behind(unittest.TestCase):
    tls = ()

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        scenario = self.directory / "endpoint.yaml"
        scenario.write_text('models: {"*": {replies: [{answer: {tokens: 5}}]}}\n')
        self.server = bedlam.Server(str(scenario), *self.arguments()).__enter__()
        self.addCleanup(self.server.__exit__, None, None, None)
        self.port = int(self.server.url.rsplit(":", 1)[1])

    def arguments(self):
        return ()

    def environment(self, **variables):
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith("AWS_") and not name.lower().endswith("_proxy")}
        return {**kept, **bedlam.CREDENTIALS, "HOME": str(self.directory), **variables}

    def bench(self, url, **variables):
        return subprocess.run([bedlam.BEDLAM, "bench", "--endpoint", url, "--model", HAIKU, "--requests", "4", "--concurrency", "2",
                               "--warm-up", "0", "--max-lateness", "1h", "--yes", "--json", "out.json", "--html", "out.html"],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=self.directory,
                              env=self.environment(**variables))

    def stage(self):
        [stage] = json.loads((self.directory / "out.json").read_text())["stages"]
        return stage

    def assert_password_nowhere(self, *texts):
        files = [path.read_text(errors="replace") for path in self.directory.rglob("*") if path.is_file()]
        for text in (*texts, *files):
            self.assertNotIn("sesame", text)
            self.assertNotIn(CREDENTIAL, text)


class Plain(Behind):
    URL = f"http://{HOST}:4566"

    def test_requests_are_in_absolute_form(self):
        proxy = Proxy(self.port, wants=CREDENTIAL)
        done = self.bench(self.URL, HTTP_PROXY=f"http://{USER}:open%20sesame%25@{proxy.address}")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f"at {self.URL}, max 256 tokens, seed 1, through the proxy {proxy.address}", done.stdout)
        self.assertEqual(self.stage()["complete"], 4)
        self.assertTrue(proxy.heads[0].startswith(f"POST http://{HOST}:4566/model/"), proxy.heads[0])
        self.assertIn(f"\r\nHost: {HOST}:4566\r\n", proxy.heads[0])
        self.assertEqual(len(self.server.calls()), 4)
        self.assert_password_nowhere(done.stdout, done.stderr)

    def test_a_proxy_that_wants_a_password_is_no_answer(self):
        proxy = Proxy(self.port, wants=CREDENTIAL)
        done = self.bench(self.URL, HTTP_PROXY=f"http://{USER}:wrong@{proxy.address}")
        self.assertEqual(done.returncode, 1)
        self.assertIn("the proxy takes no such user and password", done.stdout)
        self.assertEqual(self.stage()["complete"], 0)
        self.assertEqual(self.server.calls(), [])

    def test_who_is_not_behind_it_is_asked_directly(self):
        proxy = Proxy(self.port)
        url = self.server.url.replace("127.0.0.1", "0.0.0.0")  # this machine by no name that says so
        done = self.bench(url, HTTP_PROXY=proxy.address, NO_PROXY="example, 0.0.0.0")
        self.assertEqual((done.returncode, proxy.heads), (0, []), done.stderr)
        done = self.bench(self.server.url, HTTP_PROXY=proxy.address)
        self.assertEqual((done.returncode, proxy.heads), (0, []), done.stderr)
        done = self.bench(url, HTTP_PROXY=proxy.address, NO_PROXY="example")
        self.assertEqual((done.returncode, len(proxy.heads) > 0), (0, True), done.stderr)


@unittest.skipIf(shutil.which("openssl") is None, "openssl is not installed")
class Tls(Behind):
    URL = f"https://{HOST}"

    def arguments(self):
        self.certificate = self.directory / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}", "-addext",
                        f"subjectAltName=DNS:{HOST}", "-keyout", self.directory / "key.pem", "-out", self.certificate],
                       check=True, capture_output=True)
        return "--tls-cert", str(self.certificate), "--tls-key", str(self.directory / "key.pem")

    def variables(self, proxy, user=f"{USER}:open%20sesame%25@"):
        return {"HTTPS_PROXY": f"http://{user}{proxy.address}", "AWS_CA_BUNDLE": str(self.certificate)}

    def test_each_worker_has_a_tunnel(self):
        proxy = Proxy(self.port, wants=CREDENTIAL)
        done = self.bench(self.URL, **self.variables(proxy))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.stage()["complete"], 4)
        self.assertLessEqual(len(proxy.heads), 2)
        for head in proxy.heads:
            self.assertEqual(head.split("\r\n")[:2], [f"CONNECT {HOST}:443 HTTP/1.1", f"Host: {HOST}:443"])
        # Only TLS passes: the proxy sees no request, and the endpoint no password.
        self.assertNotIn(b"POST ", bytes(proxy.passed))
        self.assert_password_nowhere(done.stdout, done.stderr)

    def test_the_certificate_is_the_endpoints(self):
        proxy = Proxy(self.port)
        done = self.bench("https://other.example", **self.variables(proxy, ""))
        self.assertEqual(done.returncode, 1)
        self.assertIn("TLS failed, or the certificate is not trusted", done.stdout)

    def test_refusals_and_silence_are_called_by_name(self):
        for proxy, words in ((Proxy(self.port, wants="x"), "the proxy takes no such user and password"),
                             (Proxy(self.port, answer="502 Bad Gateway"), "the proxy refused to connect to it"),
                             (Proxy(self.port, answer="nonsense"), "the proxy refused to connect to it")):
            done = self.bench(self.URL, **self.variables(proxy))
            self.assertEqual(done.returncode, 1)
            self.assertIn(words, done.stdout)
            self.assert_password_nowhere(done.stdout, done.stderr)
        with socket.create_server(("127.0.0.1", 0)) as closed:
            address = "127.0.0.1:%d" % closed.getsockname()[1]
        done = self.bench(self.URL, HTTPS_PROXY=address, AWS_CA_BUNDLE=str(self.certificate))
        self.assertIn("no connection to the proxy", done.stdout)

    def test_record_and_compare_go_through_it_too(self):
        proxy = Proxy(self.port, wants=CREDENTIAL)
        out = self.directory / "recording.yaml"
        port_file = self.directory / "port"
        environment = self.environment(**self.variables(proxy))
        recorder = subprocess.Popen([bedlam.BEDLAM, "record", "--upstream", self.URL, "--port", "0", "--port-file", port_file, out],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        while not (port_file.exists() and port_file.read_text().strip()):
            self.assertIsNone(recorder.poll())
            time.sleep(0.002)
        local = f"http://127.0.0.1:{port_file.read_text().strip()}"
        self.assertEqual(self.bench(local).returncode, 0)
        recorder.send_signal(signal.SIGTERM)
        said, errors = recorder.communicate(timeout=60)
        self.assertEqual(recorder.returncode, 0, errors)
        self.assertIn(f"recording {self.URL} through the proxy {proxy.address} on ", said)
        self.assertIn("4 calls recorded", said)
        tunnels = len(proxy.heads)
        done = subprocess.run([bedlam.BEDLAM, "compare", str(out), "--endpoint", self.URL, "--yes"], capture_output=True, text=True,
                              env=environment, stdin=subprocess.DEVNULL)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        self.assertEqual(len(proxy.heads), tunnels + 1)
        self.assert_password_nowhere(said, errors, done.stdout, done.stderr)

    def test_a_proxy_that_is_none_is_a_mistake(self):
        for command in (("bench", "--endpoint", self.URL, "--model", HAIKU, "--yes"), ("record", "--upstream", self.URL, "x.yaml")):
            done = subprocess.run([bedlam.BEDLAM, *command], capture_output=True, text=True, cwd=self.directory, stdin=subprocess.DEVNULL,
                                  env=self.environment(HTTPS_PROXY=f"socks5://{USER}:sesame@localhost"))
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn("HTTPS_PROXY: it names no proxy that is spoken to over http", done.stderr)
            self.assert_password_nowhere(done.stderr)


if __name__ == "__main__":
    unittest.main()
