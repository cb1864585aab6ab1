"""A link that the database need not check a second time."""

from odoo import fields


class Mirror(fields.Many2one):
    """A stored copy of what another link leads to, or a link to what is never deleted.

    The entry, currency and company of an item never change once it is posted. A run
    and a reminder stay for ever; a file, a level and an item with a history refuse to
    be deleted (``_unlink_except_…`` of each). Checked row by row, these links would
    take more than half of the time of writing tens of thousands of rows. Never to a
    partner: merging contacts follows foreign keys.
    """

    def update_db_foreign_key(self, model, column):
        """None: the other link has one."""
