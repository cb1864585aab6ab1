"""A user of a served Odoo: reads records, and lends its session to a browser."""

import json
import urllib.request
from http.cookiejar import CookieJar


class Session:
    """A user of the demo: reads records, and lends its cookie to the browser."""

    def __init__(self, url: str, database: str, login: str):
        self.url = url
        self._jar = CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self._jar)
        )
        self._post(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": login},
        )

    @property
    def cookie(self) -> str:
        return next(cookie.value for cookie in self._jar if cookie.name == "session_id")

    def _post(self, path: str, params: dict):
        request = urllib.request.Request(
            self.url + path,
            json.dumps({"jsonrpc": "2.0", "params": params}).encode(),
            {"Content-Type": "application/json"},
        )
        answer = json.load(self._opener.open(request))
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer["result"]

    def call(self, model: str, method: str, *args, **kwargs):
        """A public method of a model, in French."""
        kwargs.setdefault("context", {"lang": "fr_FR"})
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def first(self, model: str, domain: list, order: str = "id") -> int:
        """The first record that fits, or an error that names what is missing."""
        ids = self.call(model, "search", domain, order=order, limit=1)
        if not ids:
            raise LookupError(f"the demo has no {model} with {domain}")
        return ids[0]

    def download(self, path: str) -> bytes:
        return self._opener.open(self.url + path).read()
