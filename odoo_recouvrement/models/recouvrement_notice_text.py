"""The texts of mises en demeure are checked when they are saved, as any other."""

from odoo import api, models
from odoo.exceptions import ValidationError

from ..core.notice_words import check_words
from .notice_sentences import word_finding


class RecouvrementTemplate(models.Model):
    _inherit = "recouvrement.template"

    @api.constrains("subject", "body", "channel", "lang")
    def _check_text(self):
        result = super()._check_text()
        formal = self.filtered(
            lambda text: (
                text.channel == "letter"
                and "mise_en_demeure" in text.level_ids.mapped("document")
            )
        )
        formal._check_notice_words()
        return result

    def _check_notice_words(self) -> None:
        """Refuse a text that does not demand, or that says what it may not."""
        for text in self:
            found = check_words(f"{text.subject or ''}\n{text.body}", text.lang)
            if found:
                raise ValidationError(
                    self.env._(
                        "The text “%(text)s” cannot be that of a mise en demeure:\n"
                        "%(problems)s",
                        text=text.name,
                        problems="\n".join(
                            f"• {word_finding(self.env, finding)}" for finding in found
                        ),
                    )
                )
