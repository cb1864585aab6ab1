"""A mail server that keeps what it is given: one file a message, nothing is sent on.

``smtp_sink.py --dir DIR [--port PORT] [--reject-pattern REGEX]`` writes each message to
``DIR/<NNNN>-<first recipient>.eml``, with the envelope in X-Envelope-From and
X-Envelope-To, and refuses (550) the recipients that match REGEX.
"""

import argparse
import asyncio
import os
import re
import signal
from pathlib import Path

from aiosmtpd.smtp import SMTP

MAX_MESSAGE_BYTES = 50 * 1024 * 1024


class Sink:
    """Keeps messages in a folder; numbering goes on after what is already there."""

    def __init__(self, folder: Path, reject: str | None) -> None:
        self.folder = folder
        self.reject = re.compile(reject, re.IGNORECASE) if reject else None
        folder.mkdir(parents=True, exist_ok=True)
        taken = [path.name.split("-")[0] for path in folder.glob("*-*.eml")]
        self.count = max(map(int, filter(str.isdigit, taken)), default=0)

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:
        if self.reject and self.reject.search(address):
            return f"550 5.1.1 <{address}>: recipient address rejected: user unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope) -> str:
        self.count += 1
        recipient = re.sub(r"[^\w.@+-]", "_", envelope.rcpt_tos[0])[:100]
        path = self.folder / f"{self.count:04d}-{recipient}.eml"
        head = (
            f"X-Envelope-From: {envelope.mail_from}\r\n"
            f"X-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        )
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            file.write(head.encode() + envelope.original_content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        return f"250 OK kept as {path.name}"


async def serve(folder: Path, port: int, reject: str | None) -> None:
    loop = asyncio.get_running_loop()
    sink = Sink(folder, reject)

    def protocol() -> SMTP:
        return SMTP(sink, enable_SMTPUTF8=True, data_size_limit=MAX_MESSAGE_BYTES)

    server = await loop.create_server(protocol, "127.0.0.1", port)
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, stop.set)
    print(f"ready on 127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0, help="default: any free one")
    parser.add_argument("--reject-pattern", metavar="REGEX")
    options = parser.parse_args()
    asyncio.run(serve(options.dir, options.port, options.reject_pattern))
