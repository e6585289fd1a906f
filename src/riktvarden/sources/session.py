"""Ask public services politely, and keep every answer: for whoever fetches tables or checks where they came from."""

from __future__ import annotations

import copy
import gzip
import hashlib
import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from platformdirs import user_cache_path
from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from requests_cache.backends.base import BaseCache
from requests_cache.backends.filesystem import FileDict
from requests_cache.models.response import CachedResponse

from riktvarden import files
from riktvarden.sources.staging import Request

CACHE = user_cache_path("riktvarden")
"""Where answers are kept unless another folder is named."""

LOCAL = ("127.0.0.1", "localhost", "::1")
"""Hosts that may be asked without encryption: a stand-in on this machine."""

_BODY = "X-Riktvarden-Body"


LATER = "try again later; what is here already is left as it is"
ADDRESS = "compare the address in data/sources with the service's documentation"
RECIPE = "compare the recipe in data/sources with what the service has now"
"""What to do about a fault: of the service for the moment, or of what is asked of it."""


class SourceError(Exception):
    """A service that cannot be used, or an answer that must not be.

    Attributes
    ----------
    problem
        What is wrong.
    fix
        What to do about it.
    """

    def __init__(self, problem: str, fix: str = LATER) -> None:
        self.problem, self.fix = problem, fix
        super().__init__(f"{problem}. Fix: {fix}.")


@dataclass(frozen=True)
class Limits:
    """How long, how often and how much, for one question."""

    connect: float = 10.0
    """Seconds until a connection is made."""
    read: float = 60.0
    """Seconds without a byte."""
    total: float = 120.0
    """Seconds until an answer that comes in drops is whole."""
    retries: int = 3
    """Further tries when a service is busy, fails, or breaks off."""
    backoff: float = 1.0
    """Seconds before the second further try, doubled from then on."""
    longest_wait: float = 60.0
    """Seconds that a service may ask to wait."""
    body: int = 64_000_000
    """Bytes of an answer, unpacked."""
    paced: bool = True
    """Whether a service's own limit on calls is kept; a stand-in needs none."""
    fresh: float = 3_600.0
    """Seconds for which an answer is not asked for again, so that an interrupted refresh goes on."""


@dataclass
class Pace:
    """At most so many calls in so many seconds.

    Attributes
    ----------
    calls, seconds
        Calls in a window, and its length; 0 calls for no limit.
    """

    calls: int
    seconds: float
    made: deque[float] = field(default_factory=deque)

    def wait(self) -> None:
        """Wait until one more call is within the limit, and count it."""
        if self.calls <= 0:
            return
        if len(self.made) >= self.calls:
            time.sleep(max(0.0, self.made[-self.calls] + self.seconds - time.monotonic()))
        self.made.append(time.monotonic())
        while len(self.made) > self.calls:
            self.made.popleft()


class Session:
    """One way to ask all services: cached, limited, retried a few times, and then one error.

    Parameters
    ----------
    cache
        Folder of the answers: compressed, each under its own SHA-256, in ``raw/``; what each answers in ``replies/``.
    limits
        How long, how often and how much.

    Attributes
    ----------
    log
        Every question asked, in order, those that the cache answered too.
    """

    def __init__(self, cache: Path = CACHE, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.log: list[Request] = []
        self.heard: Callable[[], None] = lambda: None
        self._paces: dict[str, Pace] = {}
        self._keys: dict[Request, str] = {}
        self._replies = _Replies(cache)
        backend = BaseCache()
        backend.responses = self._replies
        self._session = _OneHost(backend=backend, expire_after=self.limits.fresh, allowable_methods=("GET", "POST"))
        self._session.headers["Accept"] = "application/json"
        self._session.headers["User-Agent"] = "riktvarden"
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, _Bounded(self.limits, self._paces))

    def pace(self, address: str, calls: int, seconds: float) -> None:
        """Hold a service's host to a number of calls in a window of seconds from now on; calls made before count."""
        if not self.limits.paced:
            return
        host = urlsplit(address).netloc
        made = self._paces[host].made if host in self._paces else deque[float]()
        self._paces[host] = Pace(calls, seconds, made)

    def json(self, method: str, url: str, params: dict[str, str] | None = None, body: Any = None) -> Any:  # noqa: ANN401
        """Ask, and give the answer as JSON values.

        Parameters
        ----------
        method
            ``GET`` or ``POST``.
        url, params
            The address, and what follows it.
        body
            JSON values to send.

        Raises
        ------
        SourceError
            If the service cannot be reached, answers with an error, or with something that is no JSON.
        """
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in LOCAL:
            raise SourceError(f"{url} is not encrypted", "use an address that begins with https://")
        sent = "" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        with _worded(url):
            response = self._session.request(method, url, params=params, json=body)
        try:
            found = _read(response, url)
        except SourceError:
            self._replies.pop(response.cache_key, None)
            raise
        when = getattr(response, "created_at", None) or datetime.now(UTC)
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
        digest = hashlib.sha256(response.content).hexdigest()
        asked = Request(method, str(response.request.url), sent, digest, when.isoformat(timespec="seconds"))
        self.log.append(asked)
        self._keys[asked] = response.cache_key
        self.heard()
        return found

    def forget(self, asked: Iterable[Request]) -> None:
        """Ask these questions again next time: what they were answered with is at fault."""
        for each in asked:
            self._replies.pop(self._keys[each], None)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()  # type: ignore[no-untyped-call]


def on_same_host(asked: str, link: str) -> str:
    """Give the address that an answer links to, on the host that was asked and as safely as that was asked.

    Raises
    ------
    SourceError
        If the link leads to another host.
    """
    ours, there = urlsplit(asked), urlsplit(link)
    if there.netloc != ours.netloc or there.scheme not in ("http", "https"):
        raise SourceError(
            f"{asked} goes on at another address, {link}", "compare the address in data/sources with the service"
        )
    return there._replace(scheme=ours.scheme).geturl()


_FIXES = {
    400: RECIPE,
    403: "compare the recipe in data/sources with the limits of the service",
    404: RECIPE,
    410: "compare the address in data/sources with the service's documentation: this version is closed",
    429: "wait some minutes and try again: the service is asked too often",
}


def _read(response: requests.Response, url: str) -> Any:  # noqa: ANN401 - JSON
    """Give the JSON values of an answer, if it is one."""
    if not response.ok:
        fix = _FIXES.get(response.status_code, LATER)
        raise SourceError(f"{url} answered {response.status_code}: {_said(response)}", fix)
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if "json" not in kind:
        raise SourceError(f"{url} answered with {kind or 'no content type'}, not JSON")
    try:
        return json.loads(response.content)
    except ValueError as error:
        what = "an empty answer" if not response.content.strip() else f"broken JSON ({error})"
        raise SourceError(f"{url} answered with {what}") from error


def _said(response: requests.Response) -> str:
    """Return what an error answer says of itself."""
    try:
        found = json.loads(response.content)
        said = found.get("title") or found.get("detail") or found.get("message") if isinstance(found, dict) else None
    except ValueError:
        said = None
    if not response.content and response.status_code >= 500:
        said = "nothing, as when a code is asked for twice"
    return str(said or response.reason or "nothing more")[:200]


@contextmanager
def _worded(url: str) -> Iterator[None]:
    """Say in one line what the libraries below report in many ways."""
    try:
        yield
    except requests.exceptions.SSLError as error:
        fix = "check the date of this machine and its certificates; never switch the check off"
        raise SourceError(f"{url}: no secure connection ({_root(error)})", fix) from error
    except (requests.exceptions.Timeout, TimeoutError) as error:
        raise SourceError(f"{url} did not answer in time") from error
    except requests.exceptions.TooManyRedirects as error:
        raise SourceError(f"{url} redirects without end") from error
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
        if _is_late(_innermost(error)):
            raise SourceError(f"{url} did not answer in time") from error
        raise SourceError(f"{url}: the connection failed or broke off ({_root(error)})") from error


def _is_late(error: BaseException) -> bool:
    """Say whether an error is that time ran out; the library counts connections that are refused among them."""
    refused = urllib3.exceptions.NewConnectionError
    return isinstance(error, urllib3.exceptions.TimeoutError) and not isinstance(error, refused)


def _innermost(error: BaseException) -> BaseException:
    """Return the reason of the reason of an error."""
    while True:
        inner = getattr(error, "reason", None) or error.__cause__ or (error.args[0] if error.args else None)
        if not isinstance(inner, BaseException) or _is_late(error):
            return error
        error = inner


def _root(error: BaseException) -> str:
    """Word the reason of an error, without addresses of objects."""
    found = _innermost(error)
    return f"{type(found).__name__}: {str(found).partition('>: ')[2] or found}"[:200]


class _OneHost(CachedSession):
    """Follows a redirect only within the host it asked."""

    def get_redirect_target(self, resp: Any) -> str | None:  # noqa: ANN401 - as the library has it
        """Return where an answer redirects to, if it does."""
        target = super().get_redirect_target(resp)
        if target:
            asked, there = urlsplit(resp.url), urlsplit(requests.compat.urljoin(resp.url, target))
            if there.netloc != asked.netloc or (asked.scheme, there.scheme) == ("https", "http"):
                raise SourceError(f"{resp.url} redirects to another host, {there.scheme}://{there.netloc}", ADDRESS)
        return target


class _Waits(urllib3.Retry):
    """Tries again as asked, but does not wait for as long as a service pleases."""

    def get_retry_after(self, response: urllib3.BaseHTTPResponse) -> float | None:
        """Return the seconds that an answer asks to wait."""
        seconds = super().get_retry_after(response)
        if seconds is not None and seconds >= self.retry_after_max:
            said = response.headers.get("Retry-After")
            raise SourceError(f"the service asks to wait (Retry-After: {said})", "try again after that time")
        return seconds


class _Bounded(HTTPAdapter):
    """Reads an answer whole, within its time and size; begins again if it breaks off."""

    def __init__(self, limits: Limits, paces: dict[str, Pace]) -> None:
        self.limits, self.paces = limits, paces
        waits = _Waits(
            total=limits.retries,
            backoff_factor=limits.backoff,
            backoff_max=limits.longest_wait,
            retry_after_max=int(limits.longest_wait) + 1,
            status_forcelist=(429, 500, 502, 503, 504),
            allowed_methods=None,  # what is sent asks for figures, and changes nothing
            raise_on_status=False,
        )
        super().__init__(max_retries=waits)

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:  # noqa: ANN401
        """Send a question and read its answer."""
        options |= {"stream": True, "timeout": (self.limits.connect, self.limits.read)}
        host = urlsplit(request.url or "").netloc
        for last in range(self.limits.retries, -1, -1):
            if host in self.paces:
                self.paces[host].wait()
            response = super().send(request, **options)
            try:
                self._read(response)
            except (urllib3.exceptions.ProtocolError, urllib3.exceptions.DecodeError) as error:
                response.close()
                if not last:
                    raise requests.exceptions.ChunkedEncodingError(error, request=request) from error
                time.sleep(self.limits.backoff)
                continue
            except urllib3.exceptions.ReadTimeoutError as error:
                response.close()
                raise requests.exceptions.ReadTimeout(error, request=request) from error
            break
        return response

    def _read(self, response: requests.Response) -> None:
        """Read the body as it comes: who sends it byte by byte must not hold us for ever."""
        began = time.monotonic()
        announced = response.headers.get("Content-Length", "")
        fix = "ask for fewer cells in the recipe in data/sources"
        parts, size = [], int(announced) if announced.isdecimal() else 0
        if size <= self.limits.body:
            size = 0
            while part := response.raw.read1(65_536, decode_content=True):
                parts.append(part)
                size += len(part)
                if size > self.limits.body:
                    break
                if time.monotonic() - began > self.limits.total:
                    response.close()
                    raise SourceError(
                        f"{response.url} sends its answer too slowly: not whole after {self.limits.total:g} s"
                    )
        if size > self.limits.body:
            response.close()
            raise SourceError(f"{response.url} sends more than {self.limits.body / 1e6:g} MB", fix)
        response._content = b"".join(parts)
        response.__dict__["_content_consumed"] = True  # as requests itself marks it
        response.raw.release_conn()


class _Replies(FileDict):
    """What was answered to which question, as JSON; the bodies apart, compressed, each named by its SHA-256."""

    def __init__(self, cache: Path) -> None:
        super().__init__(cache / "replies", decode_content=False)
        self.raw = cache / "raw"

    def __setitem__(self, key: str, response: CachedResponse) -> None:
        """Keep an answer, whole or not at all."""
        body = response.content or b""
        digest = hashlib.sha256(body).hexdigest()
        place = self.raw / digest[:2] / f"{digest}.gz"
        if not place.is_file():
            files.write(place, gzip.compress(body, mtime=0))
        slim = copy.copy(response)
        slim._content = b""
        slim.headers = copy.copy(response.headers)
        slim.headers[_BODY] = digest
        files.write(self._key2path(key), self.serialize(slim).encode())

    def __getitem__(self, key: str) -> CachedResponse:
        """Give a kept answer; one that is not whole any more was never kept."""
        try:
            response: CachedResponse = super().__getitem__(key)
            digest = response.headers.pop(_BODY)
            body = gzip.decompress((self.raw / digest[:2] / f"{digest}.gz").read_bytes())
        except (OSError, EOFError, ValueError, AttributeError, TypeError) as error:
            raise KeyError(key) from error
        if hashlib.sha256(body).hexdigest() != digest:
            raise KeyError(key)
        response._content = body
        return response
