"""What collectors and debtors did in the past weeks: calls, promises, plans, answers.

Each event is lived on its own day, by the doors of the addon: the collector's screens
and the debtor's page. A debtor is named by its key in ``debtors.csv``.
"""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from . import proofs
from .debtors import load_debtors
from .scenario import is_working_day, working_day
from .session import PARIS, moment

UTC = ZoneInfo("UTC")
#: Where the debtors' answers come from.
ADDRESS = "192.0.2.14"


class Event(NamedTuple):
    """``days`` before the demo's day, at ``hour``; ``what`` is a method of Life."""

    days: int
    hour: str
    what: str
    debtor: str
    values: dict


def _event(ago: int, hour: str, what: str, debtor: str, /, **values) -> Event:
    return Event(ago, hour, what, debtor, values)


EVENTS = (
    # Answered in the morning, never at noon: the best hours are learnt from it.
    _event(62, "10:10", "call", "verney", outcome="refusal", note="Attend un client."),
    _event(48, "14:20", "call", "verney", outcome="unreachable"),
    _event(41, "10:40", "call", "verney", outcome="callback", back=(38, "11:00")),
    _event(38, "11:05", "call", "verney", outcome="refusal", note="Rien avant juin."),
    _event(24, "17:40", "call", "verney", outcome="voicemail"),
    _event(17, "10:15", "call", "verney", outcome="paid", note="Chèque parti hier."),
    _event(33, "09:50", "call", "marzin", outcome="unreachable"),
    _event(27, "11:20", "call", "caladoise", outcome="not_received"),
    _event(20, "15:10", "call", "elan", outcome="wrong_number"),
    _event(13, "11:30", "call", "muller", outcome="voicemail", note="À rappeler."),
    _event(6, "14:50", "call", "rialto", outcome="callback", back=(-2, "15:00")),
    # Promises: two kept and one broken, one kept in part.
    _event(60, "09:40", "promise", "marzin", ends=54, items=1),
    _event(55, "16:00", "pay", "marzin", share=1.0),
    _event(46, "09:20", "promise", "marzin", ends=40, items=1),
    _event(41, "16:00", "pay", "marzin", share=1.0),
    _event(30, "10:20", "promise", "marzin", ends=22, items=1),
    _event(26, "11:00", "promise", "novasante", ends=18, items=2),
    _event(19, "16:30", "pay", "novasante", share=0.4),
    # Plans: signed and kept up, signed and broken, waiting for its signature.
    _event(44, "11:10", "plan", "fabre", count=4, first=38, penalties="included"),
    _event(41, "09:10", "sign_on_paper", "fabre", name="Denis Fabre, gérant"),
    _event(38, "15:00", "pay_instalment", "fabre"),
    _event(8, "15:00", "pay_instalment", "fabre"),
    _event(58, "14:10", "plan", "roquebrune", count=3, first=50, items=3),
    _event(56, "20:40", "sign_online", "roquebrune", name="Marion Aubert, gérante"),
    _event(50, "15:00", "pay_instalment", "roquebrune"),
    _event(5, "16:20", "plan", "lemoine", count=5, first=-12, items=3),
    # Disputes that ended: the customer was wrong, the customer was right.
    _event(36, "10:30", "dispute", "la-source", reason="price", words="Prix au mètre."),
    _event(25, "14:40", "end_dispute", "la-source", outcome="unjustified"),
    _event(29, "16:10", "dispute", "pixel", reason="duplicate", words="En double."),
    _event(23, "09:30", "end_dispute", "pixel", outcome="abandoned"),
    # Answers by the link of a message.
    _event(7, "21:15", "answer", "rialto", kind="paid", days=2, reference="VIR 0412"),
    _event(4, "12:40", "answer", "novasante", kind="promise", days=12, items=2),
    _event(3, "19:05", "answer", "muller", kind="dispute", items=1, reason="goods",
           text="Deux panneaux sont arrivés rayés : photo du bon de livraison jointe.",
           file="bon-de-livraison"),
    _event(2, "13:20", "answer", "tempo", kind="plan", days=20, count=4, items=4,
           text="La subvention de la ville arrive en plusieurs fois."),
    _event(2, "18:30", "answer", "vasseur", kind="contact", items=0,
           name="Chloé Vasseur", text="J'ai déménagé, voici mon nouvel e-mail.",
           address="chloe.vasseur@nouvelle-adresse.example"),
)  # fmt: skip


class Life:
    """Lives the events day after day, on the clock of the demo."""

    def __init__(self, env, company, as_of: date):
        self.env = env
        self.company = company
        self.as_of = as_of
        self.claire = env["res.users"].search([("login", "=", "claire")])
        self.names = {debtor.key: debtor.name for debtor in load_debtors()}
        self.left = sorted(EVENTS, key=lambda event: (-event.days, event.hour))

    def until(self, day: date, clock) -> None:
        """Live what happened before ``day``'s run, and judge the plans as of it."""
        while self.left and self.day(self.left[0].days) < day:
            event = self.left.pop(0)
            clock.move_to(self.moment(event.days, event.hour))
            getattr(self, event.what)(event.debtor, **event.values)
            self.env.cr.commit()
        if day < self.as_of:  # on that day itself, the demo lets it be seen
            clock.move_to(moment(day))
            self.env["recouvrement.plan"].with_company(self.company)._cron_plans()
            self.env.cr.commit()

    # ------------------------------------------------------------------- when and who

    def day(self, days: int) -> date:
        """A working day that many days ago; to come when ``days`` is negative."""
        day = self.as_of - timedelta(days=days)
        if days >= 0:
            return working_day(day)
        while not is_working_day(day):
            day += timedelta(days=1)
        return day

    def moment(self, days: int, hour: str) -> datetime:
        local = datetime.combine(self.day(days), time.fromisoformat(hour), PARIS)
        return local.astimezone(UTC).replace(tzinfo=None)

    def case(self, key: str):
        case = self.env["recouvrement.case"].search(
            [("company_id", "=", self.company.id), ("partner_id.ref", "=like", "C0%"),
             ("partner_id.name", "=", self.names[key])],
            limit=1,
        )  # fmt: skip
        return case.with_user(self.claire).with_company(self.company)

    def items(self, case, count: int | None):
        """Its oldest items that are due and free, or all of them."""
        free = case._lines_to_speak_of().sorted("date_maturity")
        return free[:count] if count else free

    def plan_of(self, case):
        plans = self.env["recouvrement.plan"].search(
            [("case_id", "=", case.id)], order="id desc", limit=1
        )
        return plans.with_user(self.claire)

    # --------------------------------------------------------------- by the collector

    def call(self, key: str, outcome: str, note: str = "", back=None) -> None:
        case = self.case(key)
        contact, phone = case._whom_to_call()
        values = {
            "case_id": case.id,
            "contact_id": contact.id,
            "phone": phone,
            "outcome_id": self.env.ref(f"odoo_recouvrement.outcome_{outcome}").id,
            "note": note,
            "move_line_ids": [(6, 0, self.items(case, None).ids)],
        }
        if back:
            values["callback_date"] = self.moment(*back)
        case.env["recouvrement.call"].create(values)

    def promise(self, key: str, ends: int, items: int) -> None:
        case = self.case(key)
        case.env["recouvrement.promise"].create(
            {
                "case_id": case.id,
                "move_line_ids": [(6, 0, self.items(case, items).ids)],
                "date": self.day(ends),
            }
        )

    def plan(self, key: str, count: int, first: int, items=None, penalties="reserved"):
        case = self.case(key)
        plans = case.env["recouvrement.plan"]
        plan = plans.create(
            plans._propose(
                case,
                self.items(case, items),
                count=count,
                first_day=self.day(first),
                penalties=penalties,
            )
        )
        plan.action_send()

    def dispute(self, key: str, reason: str, words: str) -> None:
        case = self.case(key)
        case.env["recouvrement.dispute"].create(
            {
                "case_id": case.id,
                "move_line_ids": [(6, 0, self.items(case, 1).ids)],
                "reason_id": self._reason(reason).id,
                "description": words,
            }
        )

    def end_dispute(self, key: str, outcome: str) -> None:
        case = self.case(key)
        dispute = case.dispute_ids.filtered(lambda one: one.state == "open")[:1]
        dialogs = case.env["recouvrement.dispute.close"]
        dialogs.create({"dispute_id": dispute.id, "outcome": outcome}).action_apply()

    def sign_on_paper(self, key: str, name: str) -> None:
        """The agreement comes back signed, as a scan."""
        copy = proofs.signed_copy(
            self.plan_of(self.case(key)).sudo().proposal_id.raw, name
        )
        self.plan_of(self.case(key))._attach_signed(
            name, date.today(), "accord-signe.pdf", copy
        )

    def _reason(self, name: str):
        return self.env.ref(f"odoo_recouvrement.dispute_reason_{name}")

    # -------------------------------------------------------------------- by the bank

    def pay(self, key: str, share: float) -> None:
        """What is promised at the moment is paid, or a share of it."""
        promise = self.case(key).promise_ids.filtered(
            lambda one: one.state == "pending"
        )
        self._receive(promise.move_line_ids, promise.amount * share)

    def pay_instalment(self, key: str) -> None:
        plan = self.plan_of(self.case(key)).sudo()
        items = plan.move_line_ids.filtered(lambda item: not item.reconciled)
        self._receive(items, plan.next_amount)

    def _receive(self, items, amount: float) -> None:
        context = {"active_model": items._name, "active_ids": items.sudo().ids}
        wizard = (
            self.env["account.payment.register"]
            .with_company(self.company)
            .with_context(**context)
            .create({"group_payment": True, "payment_date": date.today()})
        )
        wizard.amount = items.currency_id.round(amount)
        wizard._create_payments()

    # ------------------------------------------------------------------ by the debtor

    def sign_online(self, key: str, name: str) -> None:
        case = self.case(key)
        page = self._page(case, "agreement")
        plan = page._plan_of(case.sudo(), self.plan_of(case).id)
        problems = page._sign_plan(plan, {"name": name, "accept": "1"}, ADDRESS)
        assert not problems, problems

    def answer(self, key, kind, items=None, days=0, file="", reason="", **typed):
        """The form of that answer, filled in on the debtor's page."""
        from odoo.addons.odoo_recouvrement.core.answer import Kind
        from odoo.addons.odoo_recouvrement.core.upload import check_files

        case = self.case(key)
        page = self._page(case, "form")
        own = case.with_env(page.env)
        chosen = page._items(own).filtered("recouvrement_days")
        chosen = chosen[:items] if items is not None else chosen
        if reason:
            typed["reason"] = str(self._reason(reason).id)
        if days:
            sign = -1 if kind == "paid" else 1
            typed["day"] = (date.today() + timedelta(days=sign * days)).isoformat()
        typed = {name: str(value) for name, value in typed.items()}
        answer = page._understand(own, Kind(kind), chosen, typed)
        files = [(f"{file}.pdf", proofs.delivery_note(case.partner_id))] if file else []
        access = page.env["recouvrement.access"]._open_for(own)
        page.env["recouvrement.visit"]._note("answer", access, ADDRESS)
        page.env["recouvrement.answer"]._receive(
            access, answer, check_files(files), address=ADDRESS
        )

    def _page(self, case, visited: str):
        """The service of the debtor's page, as a visitor with its link has it."""
        page = self.env["recouvrement.portal"].sudo()._in_context_of(case.sudo())
        access = page.env["recouvrement.access"]._open_for(case.sudo())
        visits = page.env["recouvrement.visit"]
        for one in ("account", visited):
            visits._note(one, access, ADDRESS)
        return page
