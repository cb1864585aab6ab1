"""What was done about the penalties of invoices paid late: waived, claimed, invoiced.

Everything by the addon's own dialogs: a collector waives below her ceiling and
proposes above it, a manager waives, an accountant makes debit notes, one of which is
paid in part.
"""

from datetime import date, timedelta

from .session import living, moment

#: How far back the list of penalties to deal with begins.
SINCE_DAYS = 300
#: Notes made, and waivers of each kind.
NOTES, SMALL, LARGE = 2, 3, 1
CEILING = 60.0


def deal_with_penalties(env, company, as_of: date) -> int:
    """Fill the ledger of penalties; return how many entries it has."""
    company.write(
        {
            "recouvrement_penalty_since": as_of - timedelta(days=SINCE_DAYS),
            "recouvrement_waiver_ceiling": CEILING,
            "recouvrement_penalty_invoicing": True,
        }
    )
    env["recouvrement.penalty.accounts"].create(
        {"company_id": company.id}
    ).action_confirm()
    with living(as_of) as clock:
        clock.move_to(moment(as_of))
        rows = env["recouvrement.penalty.item"]
        rows._assess(company, as_of)
        # The dearest first: notes, a proposal; the others are small waivers.
        waiting = rows.search([("state", "=", "open")], order="open_total desc, id")
        notes = _settle(env, "invoice", waiting[:NOTES])
        notes.action_post()
        _pay_half(env, notes[:1], as_of)
        proposed = waiting[NOTES : NOTES + LARGE]
        _settle(env, "waive", proposed, "claire", reason="penalty_reason_settlement")
        small = waiting.filtered(lambda row: row.open_total < CEILING)[-SMALL:]
        for row in small:
            _settle(env, "waive", row, "claire", reason="penalty_reason_goodwill")
    env.cr.commit()
    return env["recouvrement.penalty"].search_count([])


def _settle(env, mode: str, rows, login: str = "", reason: str = ""):
    """The dialog of the list, filled in and applied; the notes, if it makes any."""
    user = env["res.users"].search([("login", "=", login)]) or env.user
    context = {"recouvrement_item_ids": rows.move_line_id.ids}
    dialog = (
        env["recouvrement.penalty.settle"]
        .with_user(user)
        .with_context(**context)
        .create({"mode": mode})
    )
    if reason:
        dialog.reason_id = env.ref(f"odoo_recouvrement.{reason}")
    dialog.action_apply()
    return env["account.move"].search(
        [("recouvrement_is_penalty", "=", True), ("state", "=", "draft")]
    )


def _pay_half(env, note, as_of: date) -> None:
    """The debtor pays half of the note."""
    env["account.payment.register"].with_context(
        active_model="account.move", active_ids=note.ids
    ).create(
        {"payment_date": as_of, "amount": round(note.amount_total / 2, 2)}
    )._create_payments()
