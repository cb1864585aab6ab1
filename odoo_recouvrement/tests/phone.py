"""A debtor's phone: real Chromium on pages without a script of ours.

Tours live in a script of the page, and the debtor's pages run none: the browser is
driven from outside, as a thumb would.
"""

import base64
import json
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from odoo.tests.common import ChromeBrowser


class Phone:
    """A browser the size of a phone: fill in, tap, read."""

    def __init__(
        self, browser: ChromeBrowser, base_url: str, files: str, folder: Path | None
    ):
        self.browser = browser
        self.files = files
        self.base_url = base_url
        self.folder = folder

    def open(self, path: str) -> None:
        self.browser.navigate_to(self.base_url + path, wait_stop=True)

    def run(self, script: str):
        """The value of an expression of the page; None while a page is replaced."""
        answer = self.browser._websocket_request(
            "Runtime.evaluate",
            params={
                "expression": script,
                "returnByValue": True,
                "awaitPromise": True,
            },
        )
        if "exceptionDetails" in answer:
            raise AssertionError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def wait(self, script: str, seconds: float = 30) -> None:
        """Until the expression is true."""
        end = time.monotonic() + seconds
        while not self.run(f"!!({script})"):
            if time.monotonic() > end:
                where = self.run("location.href + ' ' + document.body.innerText")
                raise AssertionError(f"never true: {script}\n{where}")
            time.sleep(0.1)

    def fill(self, name: str, value: str) -> None:
        self.run(f"document.getElementsByName({json.dumps(name)})[0].value = "
                 f"{json.dumps(value)}")  # fmt: skip

    def join(self, name: str, file_name: str, content: bytes) -> None:
        """Choose a file for a field: it is read when the form leaves."""
        path = Path(self.files) / file_name
        path.write_bytes(content)
        ask = self.browser._websocket_request
        root = ask("DOM.getDocument")["root"]["nodeId"]
        field = ask(
            "DOM.querySelector",
            params={"nodeId": root, "selector": f"input[name={name}]"},
        )
        ask("DOM.setFileInputFiles", params={"files": [str(path)], **field})

    def tap(self, text: str, then: str) -> None:
        """Touch the button or link of that text; ``then``: what the next page says.

        The finger touches its middle: what covers it would be touched instead.
        """
        place = self.run(
            f"""(() => {{
                const all = [...document.querySelectorAll("button, a")];
                const wanted = {json.dumps(text)};
                const one = all.find((e) => e.textContent.trim() === wanted);
                if (!one) {{ return null; }}
                one.scrollIntoView({{ block: "center", behavior: "instant" }});
                const box = one.getBoundingClientRect();
                return {{ x: box.x + box.width / 2, y: box.y + box.height / 2 }};
            }})()"""
        )
        if not place:
            raise AssertionError(f"nothing to tap: {text}")
        for kind, points in (("touchStart", [place]), ("touchEnd", [])):
            self.browser._websocket_request(
                "Input.dispatchTouchEvent",
                params={"type": kind, "touchPoints": points},
            )
        self.wait(
            "document.readyState === 'complete' && document.body && "
            f"document.body.innerText.includes({json.dumps(then)})"
        )

    @property
    def text(self) -> str:
        return self.run("document.body.innerText")

    def overflow(self) -> int:
        """By how many pixels the page is wider than the screen."""
        page = "document.documentElement"
        return self.run(f"{page}.scrollWidth - {page}.clientWidth")

    def picture(self, name: str) -> None:
        """Keep the whole page, where pictures are kept."""
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        shot = self.browser._websocket_request(
            "Page.captureScreenshot", params={"captureBeyondViewport": True}
        )
        (self.folder / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def phone(test, folder: Path | None = None):
    """A phone of 375 × 667 that one touches, for an HttpCase."""
    test.browser_size, test.touch_enabled = "375x667", True
    browser = ChromeBrowser(test)
    try:
        with test.allow_requests(browser=browser), TemporaryDirectory() as files:
            test.authenticate(None, None, browser=browser)
            test.env.flush_all()
            yield Phone(browser, test.base_url(), files, folder)
            test._wait_remaining_requests()
    finally:
        browser.stop()
