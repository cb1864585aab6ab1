"""What a mise en demeure says and rests on, and what keeps it from leaving."""

import csv
import io
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import notice as core_notice
from ..core import notice_context
from ..core.notice_words import check_words
from .notice_sentences import word_finding
from .recouvrement_penalties import NO_PENALTIES, Penalties


class RecouvrementMessage(models.AbstractModel):
    _inherit = "recouvrement.message"

    @api.model
    def _compose(self, reminder, day, *args, **options):
        """A notice's penalties are those of its décompte."""
        message = super()._compose(reminder, day, *args, **options)
        if not reminder.is_notice:
            return message
        stated = {
            one.line_id: (one.item.interest, one.item.recovery_fee)
            for one in message.context.stated
            if one.item.interest or one.item.recovery_fee
        }
        return message._replace(penalties=Penalties(stated))

    @api.model
    def _penalties(self, reminder, day, credits):
        if reminder.is_notice:
            return NO_PENALTIES  # worked out with the whole décompte
        return super()._penalties(reminder, day, credits)

    def _context(self, reminder, recipient, lang, day, *args, **options):
        context = super()._context(reminder, recipient, lang, day, *args, **options)
        if not reminder.is_notice:
            return context
        return self._notice_context(reminder, context, day)

    @api.model
    def _notice_context(self, reminder, context, day):
        """The same message with the statement of each item that is due."""
        lines = reminder.line_ids.filtered(lambda line: not line.is_upcoming)
        found = self.env["recouvrement.statement"]._statements(lines.move_line_id, day)
        stated, items, faults = [], [], []
        for line in lines:
            item = self._item(line, day)
            answer = found.get(line.move_line_id.id)
            if answer is None or answer.statement is None:
                faults.append(
                    answer.fault
                    if answer
                    else self.env._(
                        "%(invoice)s is no open invoice of the customer.",
                        invoice=item.invoice,
                    )
                )
            else:
                item = notice_context.with_statement(item, answer.statement)
                stated.append(
                    notice_context.Stated(line.move_line_id.id, item, answer.statement)
                )
            items.append(item)
        stated.sort(key=lambda one: (one.item.due_date, one.item.invoice))
        values = {
            name: getattr(context, name)
            for name in context.__dataclass_fields__
            if name != "items"
        }
        return notice_context.NoticeContext(
            **values,
            items=tuple(items) or context.items,
            stated=tuple(stated),
            faults=tuple(faults),
        )

    @api.model
    def _notice_values(self, reminder, context) -> dict:
        """What the notice keeps of its figures when it leaves."""
        return {
            "principal_total": float(context.total),
            "interest_total": float(context.interest_total),
            "fee_total": float(context.fee_total),
            "total": float(context.grand_total),
            "item_amounts": {
                str(one.line_id): {
                    "principal": str(one.item.claim),
                    "interest": str(one.item.interest),
                    "fee": str(one.item.recovery_fee),
                }
                for one in context.stated
            },
        }

    @api.model
    def _notice_csv(self, context) -> bytes:
        """The décompte for machines, as it is attached to the letter."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(notice_context.COLUMNS)
        writer.writerows(notice_context.rows(context))
        return out.getvalue().encode()


class RecouvrementMiseEnDemeure(models.Model):
    _inherit = "recouvrement.mise_en_demeure"

    refusal_text = fields.Text("Keeps it from leaving", compute="_compute_findings")
    advice_text = fields.Text("To consider", compute="_compute_findings")

    @api.depends("reminder_id.state", "signatory_id", "check_ids.is_done")
    def _compute_findings(self):
        """What would keep each from leaving today; nothing once it has left."""
        today = fields.Date.context_today(self)
        for notice in self:
            notice.refusal_text = notice.advice_text = False
            if notice.reminder_id.state in ("draft", "confirmed"):
                refusals, advice = notice._judge(today, imagined=True)
                notice.refusal_text = "\n".join(refusals)
                notice.advice_text = "\n".join(advice)

    def _judge(self, day, imagined: bool = False) -> tuple[list[str], list[str]]:
        """What refuses it, and what is only advised, in sentences.

        ``imagined``: as it would leave today, the ledger being read again for that.
        """
        self.ensure_one()
        # Readers may not read payments: who sees a notice sees what is wrong with it.
        notice = self.sudo()
        reminder = notice.reminder_id
        # A reader may not read payments: the text it tries is shown to nobody.
        writer = self.env["recouvrement.message"].sudo().with_company(self.company_id)
        try:
            if imagined:
                reminder, _note = reminder._foresee(day)
            message = writer._compose(reminder, day)
        except UserError as problem:
            return [str(problem)], []
        found = core_notice.check_notice(notice._to_core(reminder, message, day))
        sentences = [
            (finding.is_refusal, word_finding(self.env, finding)) for finding in found
        ]
        unready = notice._unready_texts()
        is_strict = notice.company_id.recouvrement_notice_strict
        refusals = [text for is_refusal, text in sentences if is_refusal]
        advice = [text for is_refusal, text in sentences if not is_refusal]
        return (
            (refusals + unready, advice)
            if is_strict
            else (
                refusals,
                advice + unready,
            )
        )

    def _signatory(self, day):
        """Who was chosen, else the company's usual signatory of that day."""
        usual = self.env["recouvrement.signatory"]._default_for
        return self.signatory_id or usual(self.company_id, day)

    def _unready_texts(self) -> list[str]:
        labels = dict(
            self.env["recouvrement.mise_en_demeure.check"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        missing = [
            labels[check.kind].lower() for check in self.check_ids if not check.is_done
        ]
        if not missing:
            return []
        return [
            self.env._(
                "Not at hand: %(what)s. Name it or attach it in the readiness list "
                "(CPC 9: whoever claims must prove).",
                what=", ".join(missing),
            )
        ]

    def _to_core(self, reminder, message, day) -> core_notice.Notice:
        """The notice as plain values for the checks."""
        context, case = message.context, self.case_id
        source = f"{message.version.subject or ''}\n{message.version.body}"
        disputed = self._disputed_ids(reminder, day)
        return core_notice.Notice(
            profile=case.profile,
            day=day,
            creditor=core_notice.Party(
                context.company.name,
                tuple(context.company.address),
                context.company.siren,
                (self.company_id.country_id.code or "FR") == "FR",
            ),
            debtor=self._core_debtor(context, case),
            items=tuple(self._asked(one, disputed) for one in context.stated),
            total=self._asked_total(context),
            payment_days=reminder.level_id.payment_days,
            iban=context.company.iban,
            basis=("C. civ. 1344", *context.articles) if _cites(source) else (),
            signatory=self._signatory(day)._to_core(),
            channel=reminder.channel,
            words=tuple(check_words(source, message.version.template_id.lang)),
            faults=context.faults,
            credit=context.credit_total,
            insolvency_date=case.insolvency_date or None,
            is_over_indebted=bool(case.over_indebtedness_date),
            has_consent=case._has_lre_consent(),
        )

    @api.model
    def _asked_total(self, context) -> Decimal:
        """The total printed, less what could not be stated and is refused for it."""
        if context.faults:
            return sum((one.item.total_due for one in context.stated), Decimal(0))
        return context.grand_total

    @api.model
    def _core_debtor(self, context, case) -> core_notice.Party:
        customer = case.partner_id
        writer = self.env["recouvrement.message"]
        is_french = (customer.country_id.code or "FR") == "FR"
        return core_notice.Party(
            customer.name or "",
            tuple(writer._postal(customer, name="").lines()),
            context.debtor.siren,
            is_french and customer.is_company and case.profile != "consumer",
        )

    @api.model
    def _asked(self, one, disputed) -> core_notice.Asked:
        item = one.item
        line = self.env["account.move.line"].browse(one.line_id)
        return core_notice.Asked(
            item.invoice,
            item.invoice_date,
            item.due_date,
            item.total,
            one.paid,
            item.claim,
            item.interest,
            item.recovery_fee,
            is_noticed=bool(line.recouvrement_notice_date),
            is_disputed=one.line_id in disputed,
        )

    def _disputed_ids(self, reminder, day) -> set[int]:
        """The items of which all or a part is disputed, or that the ledger blocks."""
        lines = reminder.line_ids.move_line_id
        disputed = {
            line.id for line in lines if line.move_id.payment_state == "blocked"
        }
        disputes = self.env["recouvrement.dispute"].search(
            [("case_id", "=", self.case_id.id), ("state", "=", "open")]
        )
        for dispute in disputes:
            disputed |= set((dispute.move_line_ids or lines).ids)
        for hold in self.case_id.hold_ids:
            is_open = hold.active and hold.date_start <= day <= hold.date_end
            if hold.kind == "dispute" and is_open:
                disputed |= set((hold.move_line_ids or lines).ids)
        return disputed


def _cites(source: str) -> bool:
    """Whether the text invokes an article or a contract."""
    return any(word in source.lower() for word in ("article", "contra", "convention"))
