"""Claims: what letters ask of penalties, frozen as they leave.

A reminder that states penalties writes them in the ledger when it leaves, and takes
them back when it is withdrawn or comes back. For an invoice that is paid, which no
reminder speaks of any more, a message of its own claims them again.
"""

from collections import defaultdict
from datetime import date

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ..core.money import ZERO
from ..core.penalty import Nature, claimed_by
from ..report.decompte import decompte_pdf
from .recouvrement_penalty import COLLECTOR, _decimal, refresh_after

LEFT = ("sent", "proved")
# Fields of a reminder's line that state a penalty.
STATED = {"interest": "interest", "fee": "recovery_fee"}


class RecouvrementReminder(models.Model):
    _inherit = "recouvrement.reminder"

    def _set_state(self, state: str, **vals):
        before = {reminder.id: reminder.state for reminder in self}
        result = super()._set_state(state, **vals)
        ledger = self.env["recouvrement.penalty"]
        if state in LEFT:
            leaving = self.filtered(lambda one: before[one.id] not in LEFT)
            ledger._claim_by(leaving)
        elif set(before.values()) & set(LEFT):
            ledger._claim_taken_back(self)
        return result


class RecouvrementPenalty(models.Model):
    _inherit = "recouvrement.penalty"

    # ------------------------------------------------------------------ reminders

    @api.model
    def _claim_by(self, reminders) -> None:
        """Write what these reminders state, on the day each left."""
        if not reminders:
            return
        today = fields.Date.context_today(self)
        asks = []
        for line in reminders.sudo().line_ids:
            sent = line.reminder_id.sent_date
            for nature, field in STATED.items():
                if line[field]:
                    asks.append(
                        {
                            "move_line_id": line.move_line_id.id,
                            "nature": nature,
                            "stated": line[field],
                            "date": sent.date() if sent else today,
                            "reminder_id": line.reminder_id.id,
                        }
                    )
        self._add_claims(asks)

    @api.model
    def _claim_taken_back(self, reminders) -> None:
        """What no letter that stands states any more is not claimed any more."""
        today = fields.Date.context_today(self)
        gone = self.sudo().search(  # the register follows the reminders
            [
                ("reminder_id", "in", reminders.ids),
                ("kind", "=", "claimed"),
                ("is_reversal", "=", False),
                ("reversal_ids", "=", False),
            ]
        )
        standing = self._standing_claims(gone.move_line_id)
        asks = []
        for claim in gone:
            claims = standing[claim.move_line_id.id, claim.nature]
            before = claimed_by(claims.values())
            claims.pop(claim.id)
            asks.append(
                {
                    "move_line_id": claim.move_line_id.id,
                    "nature": claim.nature,
                    "kind": "claimed",
                    "amount": float(before - claimed_by(claims.values())),
                    "stated": claim.stated,
                    "date": today,
                    "is_reversal": True,
                    "reverses_id": claim.id,
                    "reminder_id": claim.reminder_id.id,
                }
            )
        self._add(asks)
        refresh_after(self.env, gone.move_line_id)

    @api.model
    def _add_claims(self, asks: list[dict]) -> None:
        """Each entry counts what it adds to the claims that stand."""
        lines = self.env["account.move.line"].browse(
            {ask["move_line_id"] for ask in asks}
        )
        standing = self._standing_claims(lines)
        for place, ask in enumerate(asks):
            claims = standing[ask["move_line_id"], ask["nature"]]
            before = claimed_by(claims.values())
            claims[-1 - place] = _decimal(ask["stated"])
            added = claimed_by(claims.values()) - before
            ask.update(kind="claimed", amount=float(added))
        self._add(asks)
        refresh_after(self.env, lines)

    @api.model
    def _standing_claims(self, lines) -> dict:
        """(item, nature) → what each claim that stands states, by its id."""
        found: dict = defaultdict(dict)
        for claim in self.sudo().search(  # the claims of everybody
            [
                ("move_line_id", "in", lines.ids),
                ("kind", "=", "claimed"),
                ("is_reversal", "=", False),
                ("reversal_ids", "=", False),
            ]
        ):
            key = claim.move_line_id.id, claim.nature
            found[key][claim.id] = _decimal(claim.stated)
        return found

    # --------------------------------------------------------- a message of its own

    @api.model
    def _claim_now(self, lines, day: date):
        """Write to each debtor for the penalties of these items, and note the claim.

        One message for each file and currency, with the statement of interest as a
        PDF; the messages are returned.
        """
        self._require(COLLECTOR, self.env._("Only a collector may claim penalties."))
        self._lock(lines)
        standings = self._standings(lines, day)
        groups: dict = {}
        for line in lines:
            if standings[line.id].open:
                case = self._cases(line)[_key(line)].with_env(self.env)
                group = groups.setdefault((case, line.currency_id), lines.browse())
                groups[case, line.currency_id] = group | line
        if not groups:
            raise UserError(self.env._("Nothing is open: there is nothing to claim."))
        messages = self.env["mail.message"]
        for (case, currency), items in groups.items():
            messages += self._write_claim(case, currency, items, standings, day)
        self._add_claims(
            [
                {
                    "move_line_id": line.id,
                    "nature": nature.value,
                    "stated": float(standings[line.id].of(nature).open),
                    "date": day,
                    "reason": self.env._("Claimed by a message of its own"),
                }
                for line in lines
                for nature in Nature
                if standings[line.id].of(nature).open
            ]
        )
        return messages

    @api.model
    def _write_claim(self, case, currency, items, standings, day: date):
        if case.insolvency_date:
            raise UserError(
                self.env._(
                    "%(customer)s is insolvent since %(date)s: declare the penalties "
                    "to the representative of the creditors, do not claim them "
                    "(C. com., art. L622-7).",
                    customer=case.partner_id.display_name,
                    date=format_date(self.env, case.insolvency_date),
                )
            )
        customer = case.partner_id
        contact = self._claim_contact(customer)
        lang = contact.lang or customer.lang or self.env.lang or "fr_FR"
        words = self.with_context(lang=lang)
        file = words._claim_file(case, items, day, lang)
        # A collector writes to a debtor; the message is the file's.
        return case.sudo().message_post(
            subject=words.env._("Late-payment penalties still due"),
            body=words._claim_body(case.company_id, currency, items, standings),
            partner_ids=contact.ids,
            author_id=self.env.user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[file] if file else [],
        )

    @api.model
    def _claim_contact(self, customer):
        """The customer's invoice contact, or itself; refused without an e-mail."""
        invoice = customer.child_ids.filtered(lambda child: child.type == "invoice")
        contact = (invoice | customer).filtered("email_normalized")[:1]
        if not contact:
            raise UserError(
                self.env._(
                    "%(customer)s has no e-mail address: complete it, or invoice the "
                    "penalties and send the debit note by post.",
                    customer=customer.display_name,
                )
            )
        return contact

    def _claim_body(self, company, currency, items, standings) -> Markup:
        def money(amount) -> str:
            return format_amount(self.env, float(amount), currency)

        rows, total = Markup(""), ZERO
        for line in items:
            found = standings[line.id]
            total += found.open
            rows += Markup("<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>") % (
                line.move_id.name,
                format_date(self.env, line.date_maturity or line.date),
                money(found.interest.open),
                money(found.fee.open),
            )
        heads = Markup("<tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr>") % (
            self.env._("Invoice"),
            self.env._("Due"),
            self.env._("Interest"),
            self.env._("Recovery fee"),
        )
        parts = [
            Markup("<p>%s</p>") % self.env._("Dear Sir or Madam,"),
            Markup("<p>%s</p>")
            % self.env._(
                "The invoices below were paid after their due date. The late-payment "
                "penalties, which are due without any reminder, are still to be paid:"
            ),
            Markup("<table border='1' cellpadding='6'>%s%s</table>") % (heads, rows),
            Markup("<p><strong>%s</strong></p>")
            % self.env._("Total to pay: %(total)s", total=money(total)),
        ]
        iban = company.recouvrement_bank_account_id.acc_number
        if iban:
            parts.append(
                Markup("<p>%s</p>")
                % self.env._("By transfer to our account %(iban)s.", iban=iban)
            )
        parts.append(
            Markup("<p>%s</p>")
            % self.env._("The statement attached says how they are worked out.")
        )
        return Markup("").join(parts)

    def _claim_file(self, case, items, day: date, lang: str):
        """The statement of interest of these items, as a PDF."""
        service = self.env["recouvrement.statement"].sudo()  # read as the ledger is
        found = service._statements(items.sudo(), day)
        gone = self._reductions(items)
        entries: dict = {}
        for line in items:
            one, settled = found[line.id], sum(gone.get(line.id, ()), ZERO)
            if one.statement:
                entry = one.entry(line, settled)
                entries.setdefault(line.currency_id.name, []).append(entry)
        if not entries:
            return None
        company = case.company_id
        writer = self.env["recouvrement.message"].with_company(company)
        content = decompte_pdf(
            self.env,
            entries,
            lang=lang,
            company=writer._company(company),
            debtor=case.partner_id.display_name,
            siren=writer._siren_of(case.partner_id),
            legal=company._recouvrement_notices(),
        )
        return f"decompte-{day}.pdf", content


def _key(line) -> tuple[int, int]:
    return line.company_id.id, line.partner_id.commercial_partner_id.id
