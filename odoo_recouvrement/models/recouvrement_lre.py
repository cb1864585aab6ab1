"""Electronic registered letters: who carries them, and a provider by exchanged files.

A provider is one class named ``recouvrement.lre.provider.<code>``, and its code in the
selection of the company. It hands a letter over (``_submit``) and brings back what
became of it (``_collect``), as steps of the mise en demeure with the provider's proof:
the law keeps it a year at the provider's (CPCE, postes, R53-3), we keep it for good.
"""

import csv
import io
import json
from datetime import date, datetime, timezone
from typing import NamedTuple

import pytz

from odoo import fields, models
from odoo.exceptions import UserError

from ..report.pdf import sha256
from .lre_folder import FolderError, LreFolder, exchange_root
from .recouvrement_channel import Undelivered

# The provider's word for what happened → the step of the letter.
STATUS_STEPS = {
    "deposited": "posted",
    "notified": "presented",
    "accepted": "received",
    "refused": "refused",
    "unclaimed": "unclaimed",
    "failed": "wrong_address",
}
COLUMNS = ("uid", "number", "status", "date", "reference", "proof", "detail")
MANIFEST_VERSION = 1


class BadFile(Exception):
    """A status file that cannot be used, and why, in words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Status(NamedTuple):
    """One thing a provider says of a letter, known by its uid or its number."""

    uid: str
    number: str
    step: str
    day: date
    reference: str = ""
    proof: str = ""
    detail: str = ""


class RecouvrementLreProvider(models.AbstractModel):
    """What every provider of electronic registered letters answers."""

    _name = "recouvrement.lre.provider"
    _description = "Provider of electronic registered letters"

    def _of(self, company):
        """The provider of the company; none when it has not chosen one."""
        code = company.recouvrement_lre_provider
        return self.env[f"recouvrement.lre.provider.{code}"] if code else None

    def _problem(self, company) -> str:
        """Why it cannot be used now, with the remedy; empty when it can."""
        return ""

    def _submit(self, reminder) -> str:
        """Hand a letter over; return its reference there, or raise Undelivered.

        May be called again for the same letter: ``reminder.message_uid`` says which.
        """
        raise NotImplementedError

    def _collect(self, company) -> int:
        """Bring back what became of the letters; return how many steps were noted."""
        raise NotImplementedError

    def _apply(self, company, status: Status, proof: tuple[str, bytes] | None) -> bool:
        """Note a step of the letter with the provider's proof; False when known."""
        notice = self._find(company, status)
        known = notice.event_ids.filtered(
            lambda event: not event.is_void and event.step == status.step
        )
        if known.date == status.day:
            return False
        files = self.env["ir.attachment"]
        if proof:
            name, content = proof
            files = files.create(
                {
                    "name": name,
                    "raw": content,
                    "res_model": notice._name,
                    "res_id": notice.id,
                }
            )
        notice.action_note_step(
            status.step,
            status.day,
            reference=status.reference,
            note=status.detail,
            files=files,
        )
        return True

    def _find(self, company, status: Status):
        notices = self.env["recouvrement.mise_en_demeure"].search(
            [
                ("company_id", "=", company.id),
                ("reminder_id.channel", "=", "electronic_registered"),
                "|",
                ("reminder_id.message_uid", "=", status.uid or "-"),
                ("name", "=", status.number or "-"),
            ]
        )
        if len(notices) != 1:
            raise BadFile(
                self.env._(
                    "No electronic mise en demeure is known as “%(letter)s”.",
                    letter=status.uid or status.number,
                )
            )
        return notices


class RecouvrementLreProviderFile(models.AbstractModel):
    """A provider reached through a folder of the server: files out, files in."""

    _name = "recouvrement.lre.provider.file"
    _inherit = "recouvrement.lre.provider"
    _description = "Electronic registered letters by exchanged files"

    def _folder(self, company) -> LreFolder:
        root = exchange_root(self.env.cr.dbname)
        return LreFolder(root, company.recouvrement_lre_folder or "")

    def _problem(self, company):
        try:
            self._folder(company)
        except FolderError as error:
            return self.env._(
                "The exchange folder of the electronic registered letters cannot be "
                "used (%(why)s): correct its name in the settings, or the rights on "
                "the server.",
                why=error.reason,
            )
        return ""

    # ----------------------------------------------------------------------- out

    def _submit(self, reminder):
        """Leave the files, then their manifest: a connector takes what has one."""
        manifest = self._manifest(reminder)
        try:
            folder = self._folder(reminder.company_id)
            for file in reminder._files():
                folder.leave(file.name, file.raw)
            name = f"{reminder.name.replace('/', '-')}.json"
            text = json.dumps(manifest, ensure_ascii=False, indent=2)
            folder.leave(name, text.encode())
        except FolderError as error:
            raise Undelivered(
                self.env._(
                    "The letter could not be left in the exchange folder (%(why)s). It "
                    "is tried again by itself.",
                    why=error.reason,
                )
            ) from error
        return ""

    def _manifest(self, reminder) -> dict:
        """What a connector needs to send the letter; plain values, stable keys."""
        company, case = reminder.company_id, reminder.case_id
        writer = self.env["recouvrement.message"]
        return {
            "version": MANIFEST_VERSION,
            "uid": reminder.message_uid,
            "number": reminder.name,
            "subject": reminder.subject,
            "sender": {
                "name": company.name,
                "email": company.recouvrement_reply_to or company.email or "",
                "siren": writer._company(company).siren.replace(" ", ""),
            },
            "recipient": {
                "name": reminder.recipient_name,
                "email": reminder.recipient_email,
                "address": (reminder.recipient_address or "").splitlines(),
                "is_professional": case.profile != "consumer",
                "consent_date": str(case.lre_consent_date or ""),
            },
            "files": [
                {
                    "name": file.name,
                    "sha256": sha256(file.raw),
                    "size": len(file.raw),
                    "mimetype": file.mimetype,
                }
                for file in reminder._files()
            ],
        }

    # ------------------------------------------------------------------------ in

    def _collect(self, company):
        """Read the inbox, file by file; a bad one is put aside and reported."""
        folder = self._folder(company)
        register = self.env["recouvrement.lre.file"]
        noted, parsed = 0, []
        for name in folder.arrived():
            try:
                content = folder.content_of(name)
                if content is None:
                    continue
                if register._is_read(company, content):
                    folder.put_away(name, "done")  # stopped before it was moved
                    continue
                statuses = _parse(self.env, name, content, self._zone(company))
            except FolderError as error:
                register._reject(company, folder, name, b"", error.reason)
            except BadFile as error:
                register._reject(company, folder, name, content, error.reason)
            else:
                parsed.append(
                    (min(one.day for one in statuses), name, content, statuses)
                )
        for _day, name, content, statuses in sorted(parsed):
            noted += self._read_file(company, folder, name, content, statuses)
        return noted

    def _read_file(self, company, folder, name, content, statuses) -> int:
        """All of a file, or nothing of it; return the steps noted."""
        register = self.env["recouvrement.lre.file"]
        ordered = sorted(statuses, key=lambda one: (one.day, _place(one)))
        try:
            with self.env.cr.savepoint():
                proofs = [self._proof(folder, one) for one in ordered]
                noted = sum(
                    self._apply(company, one, proof)
                    for one, proof in zip(ordered, proofs, strict=True)
                )
        except _Missing as missing:
            register._wait(company, name, content, missing.reason)
            return 0
        except (BadFile, UserError, FolderError) as error:
            reason = getattr(error, "reason", None) or str(error)
            register._reject(company, folder, name, content, reason)
            return 0
        register._imported(company, name, content)
        for one in ordered:
            if one.proof:
                folder.put_away(one.proof, "done")
        folder.put_away(name, "done")
        return noted

    def _proof(self, folder, status: Status) -> tuple[str, bytes] | None:
        if not status.proof:
            return None
        content = folder.content_of(status.proof)
        if content is None:
            raise _Missing(
                self.env._("Its proof “%(file)s” has not come yet.", file=status.proof)
            )
        return status.proof, content

    def _zone(self, company):
        return self.env["recouvrement.reminder"]._zone(company)


class _Missing(BadFile):
    """The file is good, the proof it names is not there yet."""


def _place(status: Status) -> int:
    return list(STATUS_STEPS.values()).index(status.step)


def _parse(env, name: str, content: bytes, zone) -> list[Status]:
    """The statuses of a JSON or CSV file; BadFile with the reason."""
    try:
        text = content.decode("utf-8-sig")
        if name.lower().endswith(".json"):
            found = json.loads(text)
            records = found if isinstance(found, list) else [found]
        else:
            delimiter = ";" if ";" in text.partition("\n")[0] else ","
            records = list(csv.DictReader(io.StringIO(text), delimiter=delimiter))
    except (UnicodeDecodeError, json.JSONDecodeError, csv.Error) as error:
        raise BadFile(env._("It cannot be read: %(error)s", error=error)) from error
    if not records or not all(isinstance(record, dict) for record in records):
        raise BadFile(env._("It holds no status."))
    return [_status(env, record, zone) for record in records]


def _status(env, record: dict, zone) -> Status:
    values = {key: str(record.get(key) or "").strip() for key in COLUMNS}
    step = STATUS_STEPS.get(values["status"].lower())
    if not step:
        raise BadFile(
            env._(
                "“%(status)s” is no status: one of %(known)s is expected.",
                status=values["status"],
                known=", ".join(STATUS_STEPS),
            )
        )
    return Status(
        values["uid"],
        values["number"],
        step,
        _day(env, values["date"], zone),
        values["reference"],
        values["proof"],
        values["detail"],
    )


def _day(env, text: str, zone) -> date:
    """The company's day of a date, or of a moment with its time zone."""
    try:
        if len(text) == len("2026-03-16"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadFile(
            env._("“%(text)s” is no date: write 2026-03-16.", text=text)
        ) from error
    if moment.tzinfo is None:
        return moment.date()
    return moment.astimezone(timezone.utc).astimezone(pytz.timezone(str(zone))).date()


class RecouvrementLreFile(models.Model):
    """A status file of the provider: read, waiting for its proof, or put aside."""

    _name = "recouvrement.lre.file"
    _description = "Status file of electronic registered letters"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    sha256 = fields.Char("SHA-256", required=True, readonly=True)
    state = fields.Selection(
        [("imported", "Read"), ("waiting", "Waiting"), ("rejected", "Put aside")],
        required=True,
        readonly=True,
    )
    problem = fields.Char(readonly=True)

    _content_unique = models.UniqueIndex(
        "(company_id, sha256, state)", "A file is read once."
    )

    def _is_read(self, company, content: bytes) -> bool:
        return bool(self._known(company, content, "imported"))

    def _known(self, company, content: bytes, state: str):
        return self.search(
            [
                ("company_id", "=", company.id),
                ("sha256", "=", sha256(content)),
                ("state", "=", state),
            ],
            limit=1,
        )

    def _note(self, company, name, content, state, problem=False):
        known = self._known(company, content, state)
        return known or self.create(
            {
                "name": name,
                "company_id": company.id,
                "sha256": sha256(content),
                "state": state,
                "problem": problem,
            }
        )

    def _imported(self, company, name, content) -> None:
        self._known(company, content, "waiting").unlink()
        self._note(company, name, content, "imported")

    def _wait(self, company, name, content, reason) -> None:
        self._note(company, name, content, "waiting", reason)

    def _reject(self, company, folder, name, content, reason) -> None:
        """Nothing is lost: the file stays in « rejected », its reason beside it."""
        self._note(company, name, content, "rejected", reason)
        folder.put_away(name, "rejected", reason)
