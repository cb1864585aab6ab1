"""A text-message provider that keeps what it is given; nothing is sent on.

``sms_sink.py --dir DIR [--port PORT]`` answers as the provider Odoo knows by default
(JSON-RPC, ``/api/sms/3/send``) and writes each text to ``DIR/<NNNN>-<number>.txt``.
Odoo talks to it once its parameter ``sms.endpoint`` says so.
"""

import argparse
import json
import re
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock

SEND = "/api/sms/3/send"
LARGEST_REQUEST = 5 * 1024 * 1024


class Keeper:
    """Writes messages to a folder; numbering goes on after what is already there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        taken = [path.name.split("-")[0] for path in folder.glob("*-*.txt")]
        self.count = max(map(int, filter(str.isdigit, taken)), default=0)
        self.lock = Lock()

    def keep(self, number: str, content: str) -> None:
        with self.lock:
            self.count += 1
            name = f"{self.count:04d}-{re.sub(r'[^0-9+]', '', number)}.txt"
        (self.folder / name).write_text(content + "\n", encoding="utf-8")


def answer(keeper: Keeper, params: dict) -> list[dict]:
    """One result per number, in the provider's words."""
    results = []
    for message in params.get("messages", []):
        for target in message["numbers"]:
            keeper.keep(target["number"], message["content"])
            results.append({"uuid": target["uuid"], "state": "success", "credit": 0})
    return results


def handler(keeper: Keeper) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length", 0)), LARGEST_REQUEST)
            request = json.loads(self.rfile.read(length))
            found = self.path == SEND
            result = answer(keeper, request.get("params", {})) if found else False
            reply = {"jsonrpc": "2.0", "id": request.get("id"), "result": result}
            content = json.dumps(reply).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments) -> None:
            """Say nothing: what matters is in the folder."""

    return Handler


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0, help="default: any free one")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
    address = ("127.0.0.1", options.port)
    server = ThreadingHTTPServer(address, handler(Keeper(options.dir)))
    print(f"ready on 127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()
