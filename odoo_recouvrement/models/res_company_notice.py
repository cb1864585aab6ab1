"""What a company decides about its mises en demeure."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .lre_folder import NAME


class ResCompany(models.Model):
    _inherit = "res.company"

    recouvrement_notice_strict = fields.Boolean(
        "Complete file required",
        help="A mise en demeure also waits for what is only recommended: order, "
        "delivery note, proof that the invoice was sent, identity of the customer.",
    )
    recouvrement_lre_provider = fields.Selection(
        [("file", "Exchange of files")],
        "Electronic registered letters",
        help="Who carries them: a qualified provider (eIDAS, art. 44).",
    )
    recouvrement_lre_folder = fields.Char(
        "Exchange folder",
        help="A name, not a path: where it lies on the server is its administrator's "
        "choice.",
    )

    _recouvrement_lre_folder_unique = models.UniqueIndex(
        "(recouvrement_lre_folder) WHERE recouvrement_lre_folder IS NOT NULL",
        "Two companies cannot exchange through the same folder.",
    )

    @api.constrains("recouvrement_lre_provider", "recouvrement_lre_folder")
    def _check_recouvrement_lre_folder(self):
        for company in self:
            name = company.recouvrement_lre_folder or ""
            needed = company.recouvrement_lre_provider == "file"
            if (needed or name) and not NAME.fullmatch(name):
                raise ValidationError(
                    self.env._(
                        "The exchange folder of “%(company)s” is a name of letters, "
                        "figures, “-” and “_” (at most 64), without slash nor dot: it "
                        "lies where the server's administrator says.",
                        company=company.name,
                    )
                )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recouvrement_notice_strict = fields.Boolean(
        related="company_id.recouvrement_notice_strict", readonly=False
    )
    recouvrement_lre_provider = fields.Selection(
        related="company_id.recouvrement_lre_provider", readonly=False
    )
    recouvrement_lre_folder = fields.Char(
        related="company_id.recouvrement_lre_folder", readonly=False
    )
