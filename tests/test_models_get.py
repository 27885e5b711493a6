"""A published model is fetched over https, whole, resumed, checked; nothing else is."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assistant import paths
from assistant.cli import commands
from assistant.errors import SpeechError
from assistant.speech.models import catalogue, download
from assistant.speech.models.catalogue import Published
from tests.speech_material import BUNDLED, MODEL, is_sentence, zipped

ZIP = os.urandom(1_000_000)
TOY = Published("toy", len(ZIP), hashlib.sha256(ZIP).hexdigest(), "a toy")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test reach this machine only, in place of no network at all."""
    connect = socket.socket.connect

    def local(self: socket.socket, address: Any) -> None:
        assert self.family == socket.AF_UNIX or address[0] in ("127.0.0.1", "::1"), address
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local)
    monkeypatch.setenv("no_proxy", "*")


class Shop:
    """A server of one file; ``cuts`` are after how many bytes its next answers break off."""

    def __init__(self, content: bytes = ZIP) -> None:
        self.content = content
        self.ranges = True
        self.cuts: list[int] = []
        self.status = 200
        self.elsewhere = ""
        self.stall = 0.0
        self.asked: list[str | None] = []
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shop.answer(self)

            def log_message(self, *_words: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_words: None  # a client that went away is no error
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self.server.server_address[1]

    def answer(self, to: BaseHTTPRequestHandler) -> None:
        wanted = to.headers.get("Range")
        self.asked.append(wanted)
        if self.elsewhere:
            to.send_response(302)
            to.send_header("Location", self.elsewhere)
            to.end_headers()
            return
        start = int(wanted[6:-1]) if wanted and self.ranges else 0
        if self.status != 200 or start >= len(self.content):
            to.send_error(416 if self.status == 200 else self.status)
            return
        to.send_response(206 if start else 200)
        if start:
            last, size = len(self.content) - 1, len(self.content)
            to.send_header("Content-Range", f"bytes {start}-{last}/{size}")
        body = self.content[start:]
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        body = body[: self.cuts.pop(0)] if self.cuts else body
        half = len(body) // 2
        to.wfile.write(body[:half])
        time.sleep(self.stall)
        to.wfile.write(body[half:])


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Return a server that the catalogue's addresses lead to, without encryption."""
    shop = Shop()
    monkeypatch.setattr(catalogue, "ORIGIN", f"http://127.0.0.1:{shop.port}/models")
    yield shop
    shop.server.shutdown()
    shop.server.server_close()


def open_plainly(request: urllib.request.Request, patience: float) -> Any:
    """Open a request over http too, as production never does."""
    return urllib.request.build_opener().open(request, timeout=patience)


def fetch(folder: Path, model: Published = TOY, **more: Any) -> Path:
    more.setdefault("progress", lambda _there, _total: None)
    return download.fetch(model, folder, open_=open_plainly, **more)


def refused(folder: Path, told: str, model: Published = TOY) -> None:
    """Check that fetching fails with one sentence that has these words."""
    with pytest.raises(SpeechError, match=told) as caught:
        fetch(folder, model)
    assert is_sentence(caught.value), caught.value


def test_download_brings_the_whole(shop: Shop, tmp_path: Path) -> None:
    """The file comes whole, with its progress told to the end."""
    told: list[tuple[int, int]] = []
    path = fetch(tmp_path / "new", progress=lambda *at: told.append(at))

    assert path.read_bytes() == ZIP
    assert told[0] == (0, len(ZIP))
    assert told[-1] == (len(ZIP), len(ZIP))
    assert shop.asked == [None]


def test_download_goes_on_where_it_broke(shop: Shop, tmp_path: Path) -> None:
    """Broken connections are taken up again at the byte they broke at."""
    shop.cuts = [300_000, 100_000]

    assert fetch(tmp_path).read_bytes() == ZIP
    assert shop.asked == [None, "bytes=300000-", "bytes=400000-"]


def test_download_goes_on_after_ctrl_c(shop: Shop, tmp_path: Path) -> None:
    """What has come stays when it is interrupted, and is not fetched again."""

    def interrupt(there: int, total: int) -> None:
        if there > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(tmp_path, progress=interrupt)
    kept = (tmp_path / "toy.zip.part").stat().st_size
    assert len(ZIP) // 2 < kept < len(ZIP)
    assert fetch(tmp_path).read_bytes() == ZIP
    assert shop.asked == [None, f"bytes={kept}-"]


def test_download_starts_again_without_ranges(shop: Shop, tmp_path: Path) -> None:
    """A server that can't go on in the middle sends all again, which is not put behind the half."""
    shop.ranges = False
    shop.cuts = [300_000]

    assert fetch(tmp_path).read_bytes() == ZIP
    assert shop.asked == [None, "bytes=300000-"]


def test_download_gives_up_where_nothing_comes(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that always breaks off, or falls silent, is given up; what came is kept."""
    shop.cuts = [200_000] + [0] * download.TRIES
    refused(tmp_path, "breaks again and again")
    assert (tmp_path / "toy.zip.part").stat().st_size == 200_000
    shop.stall = 2.0
    monkeypatch.setattr(download, "PATIENCE", 0.2)
    monkeypatch.setattr(download, "TRIES", 1)
    shop.cuts = [2] * 9
    refused(tmp_path, "breaks again and again")


def test_download_deletes_what_is_not_the_published(shop: Shop, tmp_path: Path) -> None:
    """Bytes with another sha256 are deleted, also where they were there before."""
    other = Published("toy", len(ZIP), "0" * 64, "a toy")
    refused(tmp_path, "sha256 differs", other)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "toy.zip.part").write_bytes(ZIP + b"more")
    refused(tmp_path, "sha256 differs")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "toy.zip.part").write_bytes(ZIP)
    assert fetch(tmp_path).read_bytes() == ZIP


def test_download_refuses_another_file_at_once(shop: Shop, tmp_path: Path) -> None:
    """A file of quite another size is not fetched at all."""
    shop.content = ZIP * 2
    refused(tmp_path, r"offers 2\.0 MB where 1\.0 MB were expected")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("status", [404, 403, 503])
def test_download_tells_what_the_server_answers(shop: Shop, tmp_path: Path, status: int) -> None:
    """A server's no is told with its number, and how else to come by the model."""
    shop.status = status
    refused(tmp_path, f"answers {status} .*assistant models add")


def test_download_tells_there_is_no_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that can't be looked up and a port that is closed are one sentence each."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setattr(catalogue, "ORIGIN", f"http://127.0.0.1:{closed.getsockname()[1]}")
    refused(tmp_path, "can't be reached .*refused.*: check the connection")

    def unknown(*_words: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    refused(tmp_path, r"can't be reached \(Name or service not known\)")


def test_download_tells_a_full_disk(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full before or meanwhile is told."""
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full, the disk that is always full")
    (tmp_path / "toy.zip.part").symlink_to("/dev/full")
    refused(tmp_path, "disk is full")
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=10))
    refused(tmp_path, "has 0 MB left and the model needs 1 MB")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Return a certificate for this machine with its key, which nobody trusts yet."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    path = tmp_path / "certificate.pem"
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext"
    made = [*words.split(), "subjectAltName=IP:127.0.0.1", "-keyout", str(path), "-out"]
    subprocess.run(["openssl", *made, f"{path}.crt"], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.fixture
def safe_shop(shop: Shop, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Return a server that speaks https."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    shop.server.socket = context.wrap_socket(shop.server.socket, server_side=True)
    monkeypatch.setattr(catalogue, "ORIGIN", f"https://127.0.0.1:{shop.port}/models")
    return shop


def test_download_trusts_only_https_with_a_certificate(
    safe_shop: Shop, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real opener takes no unknown certificate, no way back to http, and nothing else."""

    def really() -> Path:
        return download.fetch(TOY, tmp_path / "real", lambda _there, _total: None)

    with pytest.raises(SpeechError, match=r"can't be reached .*certificate"):
        really()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    safe_shop.cuts = [400_000]
    assert really().read_bytes() == ZIP
    assert safe_shop.asked == [None, "bytes=400000-"]
    really().unlink()
    safe_shop.elsewhere = "http://127.0.0.1:1/toy.zip"
    with pytest.raises(SpeechError, match="which is not https"):
        really()
    for origin in ("http://127.0.0.1:1", f"file://{tmp_path}", "ftp://127.0.0.1:1"):
        monkeypatch.setattr(catalogue, "ORIGIN", origin)
        with pytest.raises(SpeechError, match="is not https"):
            really()


def run(*words: str, answer: str = "") -> Result:
    return CliRunner().invoke(commands, ["models", "get", *words], input=answer)


def test_get_lists_and_asks(shop: Shop, assistant_home: Path) -> None:
    """Without a name the catalogue is listed; before fetching it asks, and no is no."""
    listed = run().output
    assert [line.split()[0] for line in listed.splitlines()] == [
        each.name for each in catalogue.CATALOGUE
    ]
    asked = run("vosk-model-small-en-us-0.15", answer="n\n")
    assert asked.exit_code == 1
    for words in ("41 MB", "Apache-2.0", f"{catalogue.ORIGIN}/vosk-model-small-en-us-0.15.zip"):
        assert words in asked.output
    assert run("vosk-model-small-en-us-0.15").exit_code == 1
    assert "can't be fetched, only" in str(run("vosk-model-xx", "--yes").exception)
    assert shop.asked == []
    assert not paths.cache().exists()


def test_catalogue_is_pinned() -> None:
    """Every model of the catalogue lies at the publisher's, over https, with a sha256."""
    for model in catalogue.CATALOGUE:
        assert model.address == f"https://alphacephei.com/vosk/models/{model.name}.zip"
        assert len(bytes.fromhex(model.sha256)) == 32
    assert len({model.sha256 for model in catalogue.CATALOGUE}) == len(catalogue.CATALOGUE)


@pytest.fixture
def real(safe_shop: Shop, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Published:
    """Return the real model as a published one, in a shop that is trusted."""
    packed = zipped(BUNDLED, certificate.with_name("real.zip"), f"{MODEL}/")
    safe_shop.content = packed.read_bytes()
    digest = hashlib.sha256(safe_shop.content).hexdigest()
    model = Published(MODEL, len(safe_shop.content), digest, "home-made")
    monkeypatch.setattr("assistant.speech.models.catalogue.CATALOGUE", (model,))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return model


def test_get_fetches_and_adds(real: Published, safe_shop: Shop, assistant_home: Path) -> None:
    """From the question to a model that hears, over https with a break in between."""
    safe_shop.cuts = [5_000_000]
    done = run(real.name, answer="y\n")

    assert "English speech model" in done.output, done.exception
    assert safe_shop.asked == [None, "bytes=5000000-"]
    assert [path.name for path in paths.user_models().iterdir()] == [MODEL]
    assert list((paths.cache() / "downloads").iterdir()) == []
    again = run(real.name, "--yes")
    assert "already" in str(again.exception)
    assert len(safe_shop.asked) == 2


def test_get_tells_ctrl_c_that_the_part_stays(
    safe_shop: Shop, certificate: Path, tmp_path: Path
) -> None:
    """Ctrl-C on the terminal says that what has come is kept."""
    code = (
        "from assistant.cli import main; from assistant.speech.models import catalogue\n"
        "import sys\n"
        f"catalogue.ORIGIN = '{catalogue.ORIGIN}'\n"
        f"toy = catalogue.Published('toy', {len(ZIP)}, '{TOY.sha256}', 'a toy')\n"
        "catalogue.CATALOGUE = (toy,); sys.argv[1:] = ['models', 'get', 'toy', '--yes']; main()"
    )
    safe_shop.stall = 20.0
    home = tmp_path / "home"
    certified = {"ASSISTANT_HOME": str(home), "SSL_CERT_FILE": str(certificate)}
    getting = subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, **certified}, stderr=subprocess.PIPE
    )
    part = home / "cache/downloads/toy.zip.part"
    until = time.monotonic() + 30
    while not (part.exists() and part.stat().st_size) and time.monotonic() < until:
        time.sleep(0.01)
    getting.send_signal(signal.SIGINT)
    _out, told = getting.communicate(timeout=30)

    assert getting.returncode == 130
    assert told.decode().splitlines()[-2:] == [
        "What has come is kept; the same command goes on from there.",
        "Stopped.",
    ]
    assert part.read_bytes() == ZIP[: part.stat().st_size] != b""
