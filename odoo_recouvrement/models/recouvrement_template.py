import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import babel_locale_parse

from ..core import mentions
from ..core import template as core_template
from ..core.sample import sample
from .recouvrement_policy_level import TONES
from .template_words import word_problem

TEMPLATE_CHANNELS = [
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("letter", "Letter"),
    ("call", "Call script"),
]


class RecouvrementTemplate(models.Model):
    """The text of a reminder for a channel and a language.

    Every change of the text makes a version; reminders point to the version they
    were written with, so that history keeps the text that was really used.
    """

    _name = "recouvrement.template"
    _description = "Recovery text"
    _order = "name, channel, lang"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    channel = fields.Selection(TEMPLATE_CHANNELS, required=True, default="email")
    lang = fields.Selection("_selection_lang", required=True, default="fr")
    tone = fields.Selection(TONES, required=True, default="cordial")
    profile = fields.Selection(
        [("business", "Business"), ("consumer", "Consumer"), ("public", "Public body")],
        help="Kind of debtor the text is checked for.",
    )
    subject = fields.Char(help="Jinja text on one line.")
    body = fields.Text(
        required=True, help="Jinja text: HTML for e-mails and letters, plain otherwise."
    )
    level_ids = fields.Many2many("recouvrement.policy.level")
    version_ids = fields.One2many(
        "recouvrement.template.version", "template_id", "Versions"
    )
    version_id = fields.Many2one(
        "recouvrement.template.version",
        "Current version",
        compute="_compute_version_id",
        store=True,
    )
    version = fields.Integer("Version", related="version_id.number", aggregator=None)

    @api.model
    def _selection_lang(self):
        """Each language once, in the reader's own words (Odoo's are in English)."""
        langs = self.env["res.lang"].with_context(active_test=False)
        langs = langs.search([("iso_code", "!=", False)])
        known = babel_locale_parse(self.env.lang).languages
        names = {}
        for lang in langs.sorted("code"):
            code = lang.iso_code[:2]
            name = known.get(code) or lang.name.split(" (")[0]
            names.setdefault(code, name[:1].upper() + name[1:])
        return sorted(names.items(), key=lambda pair: pair[1])

    @api.depends("version_ids.number")
    def _compute_version_id(self):
        for text in self:
            text.version_id = text.version_ids.sorted("number")[-1:]

    @api.constrains("subject", "body", "channel", "lang", "tone", "profile")
    def _check_text(self):
        for text in self:
            problems = text._problems()
            if problems:
                raise ValidationError(
                    self.env._(
                        "The text “%(text)s” cannot be saved:\n%(problems)s",
                        text=text.name,
                        problems="\n".join(f"• {problem}" for problem in problems),
                    )
                )

    def _problems(self) -> list[str]:
        """What is wrong with the text, in words: mistakes, mentions, offers."""
        self.ensure_one()
        html = self.channel in ("email", "letter")
        found = []
        for source in filter(None, (self.subject, self.body)):
            found += core_template.check(
                source,
                html=html and source == self.body,
                lang=self.lang,
                profile=self.profile or "business",
            )
        if not found:
            found = mentions.check_message(
                f"{self.subject or ''}\n{self.body}",
                channel=self.channel,
                tone=self.tone,
                lang=self.lang,
                profile=self.profile or "business",
            )
        return [word_problem(self.env, problem) for problem in found]

    @api.model_create_multi
    def create(self, vals_list):
        texts = super().create(vals_list)
        texts._add_version()
        return texts

    def write(self, vals):
        result = super().write(vals)
        if {"subject", "body"} & vals.keys():
            self._add_version()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        # A manager may not read other companies' reminders: they hold texts too.
        reminders = self.env["recouvrement.reminder"].sudo()
        sent = reminders.search(
            [("template_version_id.template_id", "in", self.ids)], limit=1
        )
        if sent:
            raise ValidationError(
                self.env._(
                    "The text “%(text)s” was sent: archive it instead of deleting it, "
                    "so that its reminders stay readable.",
                    text=sent.template_version_id.template_id.name,
                )
            )

    def _add_version(self):
        # No role creates a version: it would escape the checks of the text.
        self.env["recouvrement.template.version"].sudo().create(
            [
                {
                    "template_id": text.id,
                    "number": text.version + 1,
                    "subject": text.subject,
                    "body": text.body,
                    "sha256": text._digest(),
                }
                for text in self
                if text.version_id.sha256 != text._digest()
            ]
        )

    def _digest(self) -> str:
        self.ensure_one()
        source = f"{self.subject or ''}\n{self.body or ''}"
        return hashlib.sha256(source.encode()).hexdigest()

    def _sample(self):
        self.ensure_one()
        return sample(self.lang, self.profile or "business")


class RecouvrementTemplateVersion(models.Model):
    """A text as it was at some time; never changed."""

    _name = "recouvrement.template.version"
    _description = "Recovery text version"
    _order = "template_id, number desc"

    template_id = fields.Many2one(
        "recouvrement.template", required=True, ondelete="cascade", index=True
    )
    number = fields.Integer(required=True, aggregator=None)
    subject = fields.Char()
    body = fields.Text(required=True)
    sha256 = fields.Char(required=True)

    _number_unique = models.UniqueIndex(
        "(template_id, number)", "A version of a text has its own number."
    )

    @api.depends("template_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = f"{version.template_id.name} v{version.number}"

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._("A version of a text is history: change the text instead.")
        )
