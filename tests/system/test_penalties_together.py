"""Two people at once on the penalties of one invoice: no cent is lost or doubled.

As in ``test_together``: a real server, every request a transaction of its own. What
has accrued leaves by one way out; whoever comes second is told so.
"""

import pytest
from test_together import Office, Refused, together

from conftest import Database, Odoo

INTEREST_OF_FIVE_DAYS = "0.60"  # 360 € × 12.15 % × 5 / 365
FEE = "40.00"
SETTLE = "recouvrement.penalty.settle"


class Desk(Office):
    """The office, once its penalties are followed and invoiced."""

    def open_penalties(self) -> None:
        [company] = self.chief.call("res.company", "search", [], limit=1)
        self.chief.call(
            "res.company",
            "write",
            [company],
            {
                "recouvrement_penalty_since": "2026-01-01",
                "recouvrement_penalty_invoicing": True,
            },
        )
        model = "recouvrement.penalty.accounts"
        [dialog] = self.chief.call(model, "create", [{"company_id": company}])
        self.chief.call(model, "action_confirm", [dialog])

    def paid_late(self, number: int) -> int:
        """The item of a debtor who has just paid, five days late."""
        _case, item = self.debtor(number)
        self.pay(item)
        return item

    def dialog(self, who, item: int, mode: str, **values):
        """The dialog of somebody on the penalties of an item: pressing its button."""
        context = {"recouvrement_item_ids": [item]}
        [dialog] = who.call(
            SETTLE, "create", [{"mode": mode, **values}], context=context
        )
        return lambda: who.call(SETTLE, "action_apply", [dialog])

    def waiver(self, who, item: int):
        [reason] = who.call("recouvrement.penalty.reason", "search", [], limit=1)
        return self.dialog(who, item, "waive", reason_id=reason, reason="Geste")

    def ways_out(self, item: int) -> dict[str, set[tuple[str, str]]]:
        """By nature, what left the open amount and how; a proposal reserves it."""
        found: dict[str, set] = {}
        for nature, kind, amount in self.rows(
            f"""SELECT nature, kind,
                       sum(CASE WHEN is_reversal THEN -amount ELSE amount END)::text
                  FROM recouvrement_penalty
                 WHERE move_line_id = {item} AND state != 'refused'
                   AND kind IN ('waived', 'invoiced', 'collected')
              GROUP BY nature, kind"""
        ):
            found.setdefault(nature, set()).add((kind, f"{float(amount):.2f}"))
        return found


@pytest.fixture(scope="module")
def desk(request):
    seeded = request.getfixturevalue("seeded")
    odoo = Odoo(Database(f"{seeded(16)}_penalties", seeded(16)), 9)
    try:
        with odoo.served() as url:
            desk = Desk(url, odoo.database)
            desk.open_penalties()
            yield desk
    finally:
        odoo.close()


def assert_one_way_out(desk, item, answers, *kinds):
    """One was done, whole; the other was refused with the reason."""
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refused) == len(answers) - 1, answers
    found = desk.ways_out(item)
    [kind] = {kind for ways in found.values() for kind, _amount in ways}
    assert kind in kinds
    assert found == {
        "interest": {(kind, INTEREST_OF_FIVE_DAYS)},
        "fee": {(kind, FEE)},
    }


def test_waived_while_it_is_invoiced(desk):
    item = desk.paid_late(0)
    answers = together(
        desk.waiver(desk.claire, item), desk.dialog(desk.chief, item, "invoice")
    )
    assert_one_way_out(desk, item, answers, "waived", "invoiced")


def test_collected_while_it_is_waived(desk):
    item = desk.paid_late(1)
    answers = together(
        desk.dialog(desk.chief, item, "collect", reason="BNK1/2026/00012"),
        desk.waiver(desk.claire, item),
    )
    assert_one_way_out(desk, item, answers, "waived", "collected")


def test_waived_by_two_people(desk):
    item = desk.paid_late(2)
    answers = together(*(desk.waiver(who, item) for who in desk.people))
    assert_one_way_out(desk, item, answers, "waived")


def test_invoiced_twice(desk):
    item = desk.paid_late(3)
    answers = together(*[desk.dialog(desk.chief, item, "invoice") for _ in range(2)])
    assert_one_way_out(desk, item, answers, "invoiced")
    assert desk.rows(
        f"""SELECT count(DISTINCT move_id) FROM account_move_line
             WHERE recouvrement_penalty_item_id = {item}"""
    ) == [(1,)]


def test_claimed_by_two_people(desk):
    """One reminder waits to leave; the other person is told which."""
    item = desk.paid_late(4)
    answers = together(*(desk.dialog(who, item, "claim") for who in desk.people))
    assert len([one for one in answers if isinstance(one, Refused)]) == 1, answers
    assert desk.rows(
        f"""SELECT reminder.state, reminder.total::text
              FROM recouvrement_reminder reminder
              JOIN recouvrement_reminder_line line ON line.reminder_id = reminder.id
             WHERE line.move_line_id = {item} AND reminder.is_penalty_claim"""
    ) == [("confirmed", "40.60")]


def test_a_note_is_posted_while_another_waives_the_rest(desk):
    """Half of the interest is invoiced; the 40 € and what is left may be waived."""
    item = desk.paid_late(5)
    context = {"recouvrement_item_ids": [item]}
    [dialog] = desk.chief.call(SETTLE, "create", [{"mode": "invoice"}], context=context)
    [line] = desk.chief.call(f"{SETTLE}.line", "search", [("settle_id", "=", dialog)])
    desk.chief.call(f"{SETTLE}.line", "write", [line], {"interest": 0.25, "fee": 0})
    desk.chief.call(SETTLE, "action_apply", [dialog])
    [[note]] = desk.rows(
        f"""SELECT DISTINCT move_id FROM account_move_line
             WHERE recouvrement_penalty_item_id = {item}"""
    )
    waive = desk.waiver(desk.claire, item)
    together(
        lambda: desk.chief.call("account.move", "action_post", [note]),
        waive,
    )
    found = desk.ways_out(item)
    total = sum(float(amount) for ways in found.values() for _kind, amount in ways)
    # The waiver may have met the lock of the note; then what it left is still open.
    assert ("invoiced", "0.25") in found["interest"]
    assert total in (pytest.approx(40.60), pytest.approx(0.25)), found
