"""What Odoo itself knows that stops a reminder: blocked, no follow-up, archived."""


def raise_flags(books) -> None:
    """Block payments, mark items « no follow-up », archive a customer."""
    for _planned, move in books.with_fate("blocked"):
        move.action_toggle_block_payment()
    for _planned, move in books.with_fate("nofollow"):
        move.no_followup = True
    books.partner_showing("archived_partner").action_archive()
