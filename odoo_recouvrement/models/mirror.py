"""A link that the database need not check a second time."""

from odoo import fields


class Mirror(fields.Many2one):
    """A stored copy of what another link leads to, or a link to what is never deleted.

    The entry, currency and company of an item never change once it is posted: the
    foreign key of the item guards them too. A run stays for ever; a file and a level
    with a history refuse to be deleted. Checked row by row, these links would take more
    than half of the time of writing tens of thousands of rows.
    """

    def update_db_foreign_key(self, model, column):
        """None: the other link has one."""
