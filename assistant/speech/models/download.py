"""Fetches one published speech model over https: the only module that may open a socket.

Nothing imports it but the command `assistant models get`, after it has asked.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from assistant.errors import SpeechError
from assistant.speech.models import archive
from assistant.speech.models.catalogue import Published

PATIENCE = 30.0
"""Seconds without a byte after which a connection counts as broken."""

TRIES = 5
"""Broken connections in a row, none of which brought anything, before it is given up."""

LEEWAY = 0.1
"""By what share the offered size may differ from the expected one; the sha256 decides."""

CHUNK = 1 << 16

Open = Callable[[urllib.request.Request, float], Any]
"""Opens a request with a patience in seconds; returns what ``urllib.request`` would."""


class _OnlyHttps(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only to another https address."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Any,
        newurl: str,
    ) -> urllib.request.Request | None:
        if not newurl.startswith("https://"):
            raise urllib.error.URLError(f"it leads on to {newurl}, which is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def open_https(request: urllib.request.Request, patience: float) -> Any:
    """Open a request over https, checking the certificate; never any other kind of address."""
    if request.type != "https":
        raise urllib.error.URLError(f"{request.full_url} is not https")
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _OnlyHttps(),
    ):
        opener.add_handler(handler)
    return opener.open(request, timeout=patience)


def fetch(
    model: Published, folder: Path, progress: archive.Progress, open_: Open = open_https
) -> Path:
    """Return the zip of a model, whole and with the right sha256, in ``folder``.

    What is there of an earlier try is gone on with. Raises SpeechError; what has come stays for
    the next try, unless it is not what was published.
    """
    part = folder / f"{model.name}.zip.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        archive.check_room(folder, model.size - _there(part))
        _complete(model, part, progress, open_)
    except urllib.error.URLError as error:
        kept = " What has come is kept." if _there(part) else ""
        raise SpeechError(_why(model, error) + kept) from error
    except OSError as error:
        raise archive.told(part, error) from error
    if _sum(part) != model.sha256:
        part.unlink()
        raise SpeechError(
            f"What came from {model.address} is not what was published (its sha256 differs), and "
            "was deleted: try again, or tell us."
        )
    return part


def _complete(model: Published, part: Path, progress: archive.Progress, open_: Open) -> None:
    """Ask for what is missing until nothing is; a broken connection is taken up again."""
    idle = 0
    while True:
        before = _there(part)
        try:
            if _continue(model, part, progress, open_):
                return
        except (http.client.HTTPException, TimeoutError, ConnectionError, ssl.SSLError) as error:
            broken: Exception = error
        else:
            broken = ConnectionError("it ended early")
        idle = 0 if _there(part) > before else idle + 1
        if idle >= TRIES:
            raise SpeechError(
                f"The connection to {_host(model)} breaks again and again ({_named(broken)}): what "
                "has come is kept, the same command goes on from there."
            ) from broken


def _continue(model: Published, part: Path, progress: archive.Progress, open_: Open) -> bool:
    """Ask once for the rest, and append it; tell whether that is all. Raises what breaks."""
    there = _there(part)
    request = urllib.request.Request(  # noqa: S310 - open_https takes nothing but https
        model.address, headers={"User-Agent": "offline-assistant"}
    )
    if there:
        request.add_header("Range", f"bytes={there}-")
    try:
        answer = open_(request, PATIENCE)
    except urllib.error.HTTPError as error:
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE or not there:
            raise
        # Nothing lies beyond what is there: it is whole, or not that file at all.
        return True
    with answer:
        begin, total = _range(answer)
        _check_size(model, total)
        if begin not in (0, there):
            raise http.client.HTTPException("it sent another part than was asked for")
        with part.open("ab") as file:
            if begin < there:
                file.truncate(begin)
            there = _append(answer, file, begin, total, progress)
    return there >= total


def _append(
    answer: Any, file: IO[bytes], there: int, total: int, progress: archive.Progress
) -> int:
    file.seek(0, os.SEEK_END)
    progress(there, total)
    while there < total and (chunk := answer.read1(CHUNK)):
        file.write(chunk)
        there += len(chunk)
        progress(there, total)
    return there


def _range(answer: Any) -> tuple[int, int]:
    """Return where the answer begins, and how long the whole is."""
    if answer.status == http.HTTPStatus.PARTIAL_CONTENT:
        found = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", answer.headers.get("Content-Range", ""))
        if not found:
            raise http.client.HTTPException("it did not tell which part it sent")
        return int(found[1]), int(found[2])
    return 0, int(answer.headers.get("Content-Length") or 0)


def _check_size(model: Published, total: int) -> None:
    if abs(total - model.size) > LEEWAY * model.size:
        raise SpeechError(
            f"{model.address} offers {total / 1e6:.1f} MB where {model.size / 1e6:.1f} MB were "
            "expected: that is another file, and was not fetched."
        )


def _why(model: Published, error: urllib.error.URLError) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return (
            f"{model.address} answers {error.code} ({error.reason}): try again later, or download "
            "the model in a browser and assistant models add its zip."
        )
    return (
        f"{_host(model)} can't be reached ({_named(error.reason)}): check the connection, or "
        f"download {model.address} elsewhere and assistant models add it."
    )


def _named(error: object) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _host(model: Published) -> str:
    return model.address.split("/")[2]


def _there(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
