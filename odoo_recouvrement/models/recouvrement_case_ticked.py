"""The items ticked on a file are those that its buttons speak of."""

from odoo import models

# The context key under which the screen says which ones are.
TICKED = "recouvrement_item_ids"


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    def _ticked(self, lines):
        """Of these items those ticked on the file; all of them when none of them is."""
        ids = set(self.env.context.get(TICKED) or ())
        return lines.filtered(lambda line: line.id in ids) or lines

    def _has_ticked(self) -> bool:
        return bool(self.env.context.get(TICKED))
