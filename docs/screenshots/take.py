"""Takes every picture of the documentation on a served copy of the demo.

``bin/screenshots`` makes the copy and the server, then calls::

    take.py --url URL --database NAME --chromium BINARY --out DIR [SHOT...]

Each picture is one line of a ``SHOTS``: who looks, where, and what is done before. The
window is 1440 × 900, the users are French, and pictures are kept below 250 kB.
"""

import argparse
import io
import sys
from pathlib import Path

import shots_day
import shots_debtor
import shots_law
import shots_office
from browser import chromium
from pictures import agreement_page, letter_pages, save
from PIL import Image
from session import Session
from stage import Stage

# The law's last: they note events that the others would show.
SHOTS = (
    shots_day.SHOTS
    + shots_office.SHOTS
    + shots_debtor.SHOTS
    + shots_law.SHOTS
    + shots_debtor.PAYMENT
)


LETTERS = {
    "lettre": ([("interest_total", "=", 0)], 1),
    "lettre-penalites": ([("interest_total", ">", 0), ("channel", "=", "letter")], 2),
}


def main() -> int:
    parser = argparse.ArgumentParser()
    for name in ("url", "database", "chromium", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("shots", nargs="*")
    options = parser.parse_args()
    out = Path(options.out)
    wanted = [shot for shot in SHOTS if not options.shots or shot.name in options.shots]
    sessions: dict[str, Session] = {}
    failed = 0
    with chromium(options.chromium) as browser:
        for shot in wanted:
            if shot.login not in sessions:
                sessions[shot.login] = Session(
                    options.url, options.database, shot.login
                )
            session = sessions[shot.login]
            browser.resize()
            browser.cookie(options.url, session.cookie)
            browser.errors.clear()
            try:
                shot.prepare(Stage(browser, session))
                image = Image.open(io.BytesIO(browser.picture()))
            except (LookupError, TimeoutError, RuntimeError) as error:
                print(f"{shot.name}: {error}", file=sys.stderr)
                failed += 1
                continue
            size = save(image, out / f"{shot.name}.png")
            print(f"{shot.name}.png {size // 1000} kB", *browser.errors, flush=True)
    for name, (domain, count) in LETTERS.items():
        if not options.shots or name in options.shots:
            session = sessions.get("claire") or Session(
                options.url, options.database, "claire"
            )
            letter_pages(session, out / name, domain, count)
    if not options.shots or "accord" in options.shots:
        session = Session(options.url, options.database, "claire")
        agreement_page(session, out)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
