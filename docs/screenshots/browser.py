"""A headless Chromium driven over the DevTools protocol: open, wait, act, picture.

Nothing here knows Odoo but ``settled``: the page is read when Odoo has drawn it.
"""

import base64
import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import websocket

WIDTH, HEIGHT = 1440, 900
# Neither carets nor movements: two pictures of one screen must be the same.
STILL = """
    *, *::before, *::after { animation: none !important; transition: none !important;
        caret-color: transparent !important; scroll-behavior: auto !important; }
    .o_notification_manager, .o_debug_manager, .o-mail-ImStatus {
        display: none !important; }
    .o_notebook { scroll-margin-top: 64px; }  /* below the sticky buttons */
"""


class Browser:
    """One tab. ``errors`` gathers what the page complained about."""

    def __init__(self, socket: websocket.WebSocket):
        self._socket = socket
        self._last_id = 0
        self._in_flight: set[str] = set()
        self._quiet_since = time.monotonic()
        self.errors: list[str] = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")
        self.resize()
        self.send("Emulation.setTimezoneOverride", timezoneId="Europe/Paris")
        style = json.dumps(STILL)
        self.send(
            "Page.addScriptToEvaluateOnNewDocument",
            source="document.addEventListener('DOMContentLoaded', () => {"
            "const style = document.createElement('style');"
            f"style.textContent = {style}; document.head.append(style); }});",
        )

    def resize(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        """The size of the window; a phone's when it is narrow."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def leave(self) -> None:
        """Be nobody: no session any more."""
        self.send("Network.clearBrowserCookies")

    def send(self, method: str, **params) -> dict:
        """Call the protocol and wait for its answer."""
        self._last_id += 1
        wanted = self._last_id
        self._socket.send(
            json.dumps({"id": wanted, "method": method, "params": params})
        )
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") != wanted:
                self._note(message)
            elif "error" in message:
                raise RuntimeError(f"{method}: {message['error']['message']}")
            else:
                return message["result"]

    def _note(self, event: dict) -> None:
        """Keep count of the requests under way and of the page's errors."""
        params = event.get("params", {})
        match event.get("method"):
            case "Network.requestWillBeSent":
                if "websocket" not in params["request"]["url"]:
                    self._in_flight.add(params["requestId"])
            case "Network.loadingFinished" | "Network.loadingFailed":
                self._in_flight.discard(params["requestId"])
            case "Runtime.exceptionThrown":
                details = params["exceptionDetails"]
                self.errors.append(
                    details.get("exception", {}).get("description") or details["text"]
                )
            case _:
                return
        self._quiet_since = time.monotonic()

    def run(self, script: str):
        """The value of an expression of the page (a promise is awaited)."""
        result = self.send(
            "Runtime.evaluate",
            expression=script,
            returnByValue=True,
            awaitPromise=True,
        )
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"]["description"])
        return result["result"].get("value")

    def cookie(self, url: str, session: str) -> None:
        """Be the user of that Odoo session."""
        self.send("Network.setCookie", name="session_id", value=session, url=url)

    def open(self, url: str) -> None:
        """Go to a page; the former one is left without a question."""
        self._in_flight.clear()
        self.send("Page.navigate", url="about:blank")
        self.send("Page.navigate", url=url)

    def wait(self, selector: str, seconds: float = 60) -> None:
        """Until the selector shows something and the page is at rest."""
        self.wait_until(f"!!document.querySelector({json.dumps(selector)})", seconds)
        self.settled(seconds)

    def wait_until(self, script: str, seconds: float = 60) -> None:
        """Until the expression is true."""
        end = time.monotonic() + seconds
        while not self.run(script):
            if time.monotonic() > end:
                raise TimeoutError(f"never true: {script}")
            time.sleep(0.1)

    def settled(self, seconds: float = 60) -> None:
        """Until nothing was asked of the server for a while, and fonts are there."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.run("document.fonts.ready.then(() => true)")
            quiet = time.monotonic() - self._quiet_since
            is_blocked = self.run("!!document.querySelector('.o_blockUI')")
            if quiet > 0.7 and not self._in_flight and not is_blocked:
                return
            if quiet > 8:  # a long poll that never ends
                return
            time.sleep(0.1)

    def click(self, selector: str, text: str = "") -> None:
        """Click the first element that fits, with that text if one is given."""
        found = self.run(
            f"""(() => {{
                const all = [...document.querySelectorAll({json.dumps(selector)})];
                const wanted = {json.dumps(text)};
                const one = all.find((e) => e.textContent.includes(wanted));
                if (one) {{ one.click(); }}
                return !!one;
            }})()"""
        )
        if not found:
            raise LookupError(f"nothing to click: {selector} {text}")
        self.settled()

    def picture(self) -> bytes:
        """The window as PNG, without a focus ring or a tooltip."""
        self.run("document.activeElement?.blur()")
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=HEIGHT - 1)
        self.settled()
        return base64.b64decode(self.send("Page.captureScreenshot")["data"])


@contextmanager
def chromium(binary: str) -> Iterator[Browser]:
    """A browser of its own, in French, that ends with the block."""
    with TemporaryDirectory(
        prefix="screenshots-",
        ignore_cleanup_errors=True,  # its children end a little after it
    ) as profile:
        command = [binary, "--headless=new", "--no-sandbox", "--disable-gpu"]
        command += ["--remote-debugging-port=0", f"--user-data-dir={profile}"]
        command += ["--remote-allow-origins=*", "--accept-lang=fr-FR"]
        command += ["--lang=fr-FR", "--hide-scrollbars"]
        command += ["--force-color-profile=srgb", "--font-render-hinting=none"]
        command += ["--disable-dev-shm-usage", "--mute-audio", "about:blank"]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            socket = websocket.create_connection(_tab(Path(profile)), timeout=120)
            yield Browser(socket)
            socket.close()
        finally:
            process.terminate()
            process.wait()


def _tab(profile: Path) -> str:
    """The address of the first tab, once Chromium says where it listens."""
    port_file = profile / "DevToolsActivePort"
    for _ in range(300):
        if port_file.exists() and (lines := port_file.read_text().splitlines()):
            with urllib.request.urlopen(f"http://127.0.0.1:{lines[0]}/json") as answer:
                for tab in json.load(answer):
                    if tab["type"] == "page":
                        return tab["webSocketDebuggerUrl"]
        time.sleep(0.1)
    raise TimeoutError("Chromium does not start")
