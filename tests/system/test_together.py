"""Two people at once on one debtor: one sensible outcome, whoever comes first.

A real server; every request of a browser is a transaction of its own, and all of them
leave at the same moment.
"""

import json
import re
import threading
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest

COLLECTORS = ("claire", "julien")
SOON = "2026-03-20"


class Refused(Exception):
    """What the server answered, in its words."""


class Visitor:
    """A browser: logged in with a name, or nobody."""

    def __init__(self, url: str, database: str, login: str = ""):
        self.url = url
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar())
        )
        if login:
            self.post_json(
                "/web/session/authenticate",
                {"db": database, "login": login, "password": login},
            )

    def post_json(self, path: str, params: dict):
        request = urllib.request.Request(
            self.url + path,
            json.dumps({"jsonrpc": "2.0", "params": params}).encode(),
            {"Content-Type": "application/json"},
        )
        answer = json.load(self.opener.open(request))
        if "error" in answer:
            raise Refused(answer["error"]["data"]["message"])
        return answer["result"]

    def call(self, model: str, method: str, *args, context=None, **kwargs):
        kwargs["context"] = {"lang": "fr_FR", **(context or {})}
        return self.post_json(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def page(self, path: str, **fields) -> str:
        """A page; a form that is sent when there are fields."""
        data = urllib.parse.urlencode(fields, doseq=True).encode() or None
        with self.opener.open(self.url + path, data) as answer:
            return answer.read().decode()


def together(*acts) -> list:
    """What each act returns, or the Refused it met; they begin at the same moment."""
    barrier, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act) -> None:
        barrier.wait()
        try:
            found[place] = act()
        except Refused as refused:
            found[place] = refused

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return found


class Office:
    """Two collectors and a debtor with one overdue invoice, on a served database."""

    def __init__(self, url: str, database):
        self.database = database
        self.url = url
        self.people = [Visitor(url, database.name, login) for login in COLLECTORS]
        self.claire = self.people[0]
        self.chief = Visitor(url, database.name, "admin")

    def debtor(self, number: int) -> tuple[int, int]:
        """The file and the open item of the ``number``-th debtor."""
        [case] = self.claire.call(
            "recouvrement.case",
            "search",
            [("partner_id.name", "=", f"Client {number:03d}")],
        )
        [item] = self.claire.call(
            "account.move.line",
            "search",
            [("partner_id.name", "=", f"Client {number:03d}"),
             ("account_type", "=", "asset_receivable")],
        )  # fmt: skip
        return case, item

    def pay(self, item: int) -> None:
        """The accountant receives and matches the whole payment."""
        context = {"active_model": "account.move.line", "active_ids": [item]}
        [wizard] = self.chief.call(
            "account.payment.register", "create", [{}], context=context
        )
        self.chief.call("account.payment.register", "action_create_payments", [wizard])

    def dispute(self, case: int, item: int) -> int:
        [reason] = self.claire.call(
            "recouvrement.dispute.reason", "search", [], limit=1
        )
        [dispute] = self.claire.call(
            "recouvrement.dispute",
            "create",
            [{"case_id": case, "move_line_ids": [(6, 0, [item])], "reason_id": reason}],
        )
        return dispute

    def sign(self, plan: int) -> None:
        """The signed copy comes back."""
        values = {
            "plan_id": plan, "signed_name": "M. Client", "signed_date": "2026-03-16",
            "scan": "JVBERi0xLjQ=", "scan_name": "accord.pdf",
        }  # fmt: skip
        [dialog] = self.claire.call("recouvrement.plan.sign", "create", [values])
        self.claire.call("recouvrement.plan.sign", "action_apply", [dialog])

    def rows(self, sql: str) -> list[tuple]:
        return self.database.query(sql)


@pytest.fixture(scope="module")
def office(request, tmp_path_factory):
    seeded = request.getfixturevalue("seeded")
    from conftest import Database, Odoo

    odoo = Odoo(Database(f"{seeded(16)}_office", seeded(16)), 9)
    try:
        with odoo.served() as url:
            yield Office(url, odoo.database)
    finally:
        odoo.close()


def outcome(who: Visitor, kind: str) -> int:
    domain = [("kind", "=", kind)]
    return who.call("recouvrement.call.outcome", "search", domain, limit=1)[0]


def test_two_open_the_call_screen_and_both_call(office):
    """One has the line; the other is told; both calls are in the register."""
    case, item = office.debtor(0)
    screens = together(
        *(
            lambda who=who: who.call("recouvrement.case", "action_open_call", [case])
            for who in office.people
        )
    )
    assert all(screen["res_model"] == "recouvrement.call" for screen in screens)
    [[caller]] = office.rows(
        f"SELECT calling_user_id FROM recouvrement_case WHERE id = {case}"
    )
    assert caller
    saved = together(
        *(
            lambda who=who: who.call(
                "recouvrement.call",
                "create",
                [{"case_id": case, "outcome_id": outcome(who, "voicemail"),
                  "move_line_ids": [(6, 0, [item])]}],
            )
            for who in office.people
        )
    )  # fmt: skip
    assert not [one for one in saved if isinstance(one, Refused)], saved
    callers = office.rows(
        f"SELECT user_id FROM recouvrement_call WHERE case_id = {case}"
    )
    assert len(set(callers)) == len(callers) == 2


def test_one_call_posted_twice_is_one_call(office):
    case, item = office.debtor(1)
    values = {
        "case_id": case,
        "outcome_id": outcome(office.claire, "promise"),
        "promise_date": SOON,
        "move_line_ids": [(6, 0, [item])],
        "token": "the-same-screen",
    }
    answers = together(
        *[lambda: office.claire.call("recouvrement.call", "create", [values])] * 2
    )
    # The second is the first again, or is told that it was noted.
    assert [str(one) for one in answers if "noté" in str(one)] or (
        answers[0] == answers[1]
    )
    assert office.rows(
        f"""SELECT count(*), count(promise_id) FROM recouvrement_call
             WHERE case_id = {case}"""
    ) == [(1, 1)]


def test_two_note_the_same_promise(office):
    case, item = office.debtor(2)
    values = {"case_id": case, "date": SOON, "move_line_ids": [(6, 0, [item])]}
    together(
        *(
            lambda who=who: who.call("recouvrement.promise", "create", [values])
            for who in office.people
        )
    )
    assert office.rows(
        f"SELECT state FROM recouvrement_promise WHERE case_id = {case}"
    ) == [("pending",)]
    assert office.rows(
        f"""SELECT count(*) FROM recouvrement_hold
             WHERE case_id = {case} AND active AND kind = 'promise'"""
    ) == [(1,)]


def test_two_note_different_promises_the_last_one_stands(office):
    case, item = office.debtor(3)
    together(
        *(
            lambda who=who, day=day: who.call(
                "recouvrement.promise",
                "create",
                [{"case_id": case, "date": day, "move_line_ids": [(6, 0, [item])]}],
            )
            for who, day in zip(office.people, (SOON, "2026-03-24"), strict=True)
        )
    )
    states = office.rows(
        f"SELECT state FROM recouvrement_promise WHERE case_id = {case} ORDER BY state"
    )
    assert states == [("cancelled",), ("pending",)]


def test_two_close_the_same_dispute(office):
    case, item = office.debtor(4)
    dispute = office.dispute(case, item)
    dialogs = [
        who.call(
            "recouvrement.dispute.close",
            "create",
            [{"dispute_id": dispute, "outcome": end, "is_told": False}],
        )
        for who, end in zip(office.people, ("unjustified", "abandoned"), strict=True)
    ]
    ends = together(
        *(
            lambda who=who, dialog=dialog: who.call(
                "recouvrement.dispute.close", "action_apply", dialog
            )
            for who, dialog in zip(office.people, dialogs, strict=True)
        )
    )
    [refused] = [end for end in ends if isinstance(end, Refused)]
    assert "quelqu’un d’autre" in str(refused) or "déjà" in str(refused)
    [[state, closer]] = office.rows(
        f"SELECT state, close_user_id FROM recouvrement_dispute WHERE id = {dispute}"
    )
    assert state == "closed" and closer


def test_a_payment_while_a_promise_is_noted(office):
    case, item = office.debtor(5)
    values = {"case_id": case, "date": SOON, "move_line_ids": [(6, 0, [item])]}
    together(
        lambda: office.claire.call("recouvrement.promise", "create", [values]),
        lambda: office.pay(item),
    )
    # Noted before the payment it is kept; after it, it was refused.
    assert office.rows(
        f"SELECT state FROM recouvrement_promise WHERE case_id = {case}"
    ) in ([], [("kept",)], [("cancelled",)])
    assert office.rows(
        f"SELECT count(*) FROM recouvrement_hold WHERE case_id = {case} AND active"
    ) == [(0,)]


def test_a_payment_while_a_message_is_confirmed(office):
    case, item = office.debtor(6)
    [reminder] = office.claire.call(
        "recouvrement.reminder", "search", [("case_id", "=", case)]
    )
    together(
        lambda: office.claire.call(
            "recouvrement.reminder", "action_confirm", [reminder]
        ),
        lambda: office.pay(item),
    )
    [[state]] = office.rows(
        f"SELECT state FROM recouvrement_reminder WHERE id = {reminder}"
    )
    assert state == "cancelled", "nobody asks for what is paid"


def test_a_payment_while_a_dispute_is_opened(office):
    case, item = office.debtor(7)
    together(lambda: office.dispute(case, item), lambda: office.pay(item))
    assert office.rows(
        f"""SELECT count(*) FROM recouvrement_dispute
             WHERE case_id = {case} AND state = 'open'"""
    ) == [(0,)]
    [[payment_state]] = office.rows(
        f"""SELECT move.payment_state FROM account_move move
              JOIN account_move_line line ON line.move_id = move.id
             WHERE line.id = {item}"""
    )
    assert payment_state in ("paid", "in_payment")


def test_a_plan_on_an_item_that_gets_paid(office):
    case, item = office.debtor(8)
    [plan] = office.claire.call(
        "recouvrement.plan",
        "create",
        [{"case_id": case, "count": 3, "first_date": SOON,
          "move_line_ids": [(6, 0, [item])]}],
    )  # fmt: skip
    office.claire.call("recouvrement.plan", "action_spread", [plan])
    together(
        lambda: office.claire.call("recouvrement.plan", "action_propose", [plan]),
        lambda: office.pay(item),
    )
    # What was proposed in time cannot be signed any more.
    with pytest.raises(Refused):
        office.sign(plan)
    assert office.rows(
        f"SELECT count(*) FROM recouvrement_hold WHERE case_id = {case} AND active"
    ) == [(0,)]


def test_two_plans_on_the_same_item_one_is_signed(office):
    case, item = office.debtor(9)
    plans = []
    for who in office.people:
        plans += who.call(
            "recouvrement.plan",
            "create",
            [{"case_id": case, "count": 2, "first_date": SOON,
              "move_line_ids": [(6, 0, [item])]}],
        )  # fmt: skip
        who.call("recouvrement.plan", "action_spread", plans[-1:])
    together(
        *(
            lambda plan=plan: office.claire.call(
                "recouvrement.plan", "action_propose", [plan]
            )
            for plan in plans
        )
    )
    together(*(lambda plan=plan: office.sign(plan) for plan in plans))
    assert office.rows(
        f"""SELECT count(*) FROM recouvrement_plan
             WHERE case_id = {case} AND state = 'agreed'"""
    ) == [(1,)]


def test_the_debtor_sends_the_same_answer_twice(office):
    case, item = office.debtor(10)
    screen = office.claire.call("recouvrement.case", "action_open_access", [case])
    access = screen["res_id"]
    manager = Visitor(office.url, office.database.name, "helene")
    manager.call("recouvrement.access", "action_renew", [access])
    [values] = office.claire.call("recouvrement.access", "read", [access], ["link"])
    path = "/recouvrement/" + values["link"].partition("/recouvrement/")[2]
    debtor = Visitor(office.url, office.database.name)
    form = debtor.page(f"{path}/promise")
    [token] = re.findall(r'name="csrf_token" value="([^"]+)"', form)
    pages = together(
        *[
            lambda: debtor.page(
                f"{path}/promise", csrf_token=token, item=item, day=SOON, text="Promis"
            )
        ]
        * 2
    )
    assert all("Merci" in page for page in pages)
    for table in ("answer", "promise"):
        assert office.rows(
            f"SELECT count(*) FROM recouvrement_{table} WHERE case_id = {case}"
        ) == [(1,)], table


def test_a_double_click_writes_one_message(office):
    """The second click waits for the first, and is answered the same."""
    case, _item = office.debtor(11)
    answers = together(
        *[
            lambda: office.claire.call(
                "recouvrement.case", "write_now", [case], "email", token="same-window"
            )
        ]
        * 2
    )
    assert not [one for one in answers if isinstance(one, Refused)], answers
    assert answers[0]["id"] == answers[1]["id"]
    assert office.rows(
        f"""SELECT count(*) FROM recouvrement_reminder
             WHERE case_id = {case} AND is_on_demand"""
    ) == [(1,)]


def test_two_collectors_write_at_once(office):
    """One message leaves; the other is told who wrote it."""
    case, _item = office.debtor(12)
    answers = together(
        *(
            lambda who=who: who.call("recouvrement.case", "write_now", [case], "email")
            for who in office.people
        )
    )
    [refused] = [one for one in answers if isinstance(one, Refused)]
    assert "attend déjà" in str(refused)
    assert office.rows(
        f"""SELECT count(*) FROM recouvrement_reminder
             WHERE case_id = {case} AND is_on_demand"""
    ) == [(1,)]
