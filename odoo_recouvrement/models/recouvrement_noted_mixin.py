"""What somebody notes about items of a customer's file, once and for good."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class RecouvrementNotedMixin(models.AbstractModel):
    """Items of a file, an amount of them, and whoever spoke of it: it stays there.

    The same thing noted twice (a double click, two tabs) is noted once: the former
    one is given back. A model says what is its own in the class attributes, in
    ``_refusals`` and in the hooks ``_check_noted``, ``_settle_in`` and
    ``_follow_terms``.
    """

    _name = "recouvrement.noted.mixin"
    _description = "Noted about items of a file"

    # Read from the ledger or written by buttons, never typed in.
    _life_fields: frozenset[str] = frozenset()
    # What is checked again, and followed, when it changes.
    _term_fields: frozenset[str] = frozenset()
    # The states of what still stands; the others are over.
    _open_states: tuple[str, ...] = ()

    case_id = fields.Many2one(
        "recouvrement.case",
        "Customer file",
        required=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    partner_id = fields.Many2one(
        related="case_id.partner_id", store=True, string="Customer"
    )
    move_line_ids = fields.Many2many(
        "account.move.line",
        string="Items",
        domain="[('partner_id', 'child_of', partner_id),"
        " ('account_type', '=', 'asset_receivable'), ('reconciled', '=', False),"
        " ('amount_residual', '>', 0), ('parent_state', '=', 'posted'),"
        " ('company_id', '=', company_id)]",
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False)
    contact_id = fields.Many2one(
        "res.partner",
        "Person",
        ondelete="set null",
        domain="[('id', 'child_of', partner_id)]",
    )

    # ------------------------------------------------------------------- computes

    @api.depends("move_line_ids")
    def _compute_currency_id(self):
        for noted in self:
            currency = noted.move_line_ids[:1].currency_id
            noted.currency_id = currency or noted.company_id.currency_id

    @api.depends("move_line_ids")
    def _compute_amount(self):
        """All that the chosen items owe, unless somebody says less."""
        for noted in self:
            noted.amount = noted._owed()

    # -------------------------------------------------------------- create and edit

    @api.model_create_multi
    def create(self, vals_list):
        """Note them; in the place of what was noted already, the former one."""
        self._check_typed(*vals_list)
        kept = self.browse()
        for noted in super().create(vals_list):
            noted._check_noted()
            twin = noted._earlier_rivals().filtered(noted._is_same_as)[:1]
            if twin:
                # No role deletes what is noted: nobody has seen this copy yet.
                noted.sudo().unlink()
                kept |= twin.with_env(self.env)
            else:
                noted._settle_in()
                kept |= noted
        return kept

    def write(self, vals):
        self._check_typed(vals)
        changes_terms = bool(vals.keys() & self._term_fields)
        if changes_terms:
            self._check_not_over()
        result = super().write(vals)
        if changes_terms:
            for noted in self:
                noted._check_noted()
                noted._follow_terms()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if not self.env.su:
            raise UserError(self._refusals()["deleted"])

    # ----------------------------------------------------------------------- hooks

    def _refusals(self) -> dict[str, str]:
        """The sentences of what is refused.

        "typed", "deleted", "no_item", "currencies" (with ``%(currencies)s``) and,
        where there are term fields, "over" (with ``%(noted)s``).
        """
        return {}

    def _check_noted(self) -> None:
        """ValidationError where one cannot be noted, or changed, so."""
        self._check_items()

    def _settle_in(self) -> None:
        """What follows once it is noted, and is no copy."""

    def _follow_terms(self) -> None:
        """What follows once its terms have changed."""

    # ---------------------------------------------------------------------- checks

    def _check_typed(self, *vals_list) -> None:
        if not self.env.su and any(
            vals.keys() & self._life_fields for vals in vals_list
        ):
            raise AccessError(self._refusals()["typed"])

    def _check_not_over(self) -> None:
        over = self.filtered(lambda noted: noted.state not in self._open_states)
        if over:
            raise UserError(self._refusals()["over"] % {"noted": over[0].display_name})

    def _check_items(self) -> None:
        self.ensure_one()
        lines = self.move_line_ids
        if not lines:
            raise ValidationError(self._refusals()["no_item"])
        foreign = lines - lines.filtered_domain(self.case_id._open_line_domain())
        if foreign:
            raise ValidationError(self._foreign_words(foreign[0]))
        if len(lines.currency_id) > 1:
            currencies = ", ".join(lines.currency_id.mapped("name"))
            raise ValidationError(
                self._refusals()["currencies"] % {"currencies": currencies}
            )

    def _foreign_words(self, line) -> str:
        name = line.move_id.name or line.display_name
        if line.reconciled:
            return self.env._(
                "%(item)s: settled in the meantime. Nothing of it is left to pay.",
                item=name,
            )
        return self.env._(
            "%(item)s is no open item of %(customer)s.",
            item=name,
            customer=self.case_id.display_name,
        )

    # --------------------------------------------------------- others on the items

    def _rivals(self):
        """The others that stand on some of the same items."""
        self.ensure_one()
        return self.search(
            [
                ("case_id", "=", self.case_id.id),
                ("state", "in", self._open_states),
                ("move_line_ids", "in", self.move_line_ids.ids),
                ("id", "!=", self.id),
            ]
        )

    def _earlier_rivals(self):
        """Those noted before: of several noted at once, each sees the former ones."""
        return self._rivals().filtered(lambda other: other.id < self.id)

    def _is_same_as(self, other) -> bool:
        return (
            self.move_line_ids == other.move_line_ids
            and not self.currency_id.compare_amounts(self.amount, other.amount)
        )

    def _owed(self) -> float:
        return sum(self.move_line_ids.mapped("amount_residual_currency"))

    # ----------------------------------------------------------------------- words

    def _item_names(self) -> str:
        names = self.move_line_ids.mapped(lambda line: line.move_id.name or line.name)
        return ", ".join(dict.fromkeys(name or "" for name in names))

    def _note_on_case(self, body: str) -> None:
        self.case_id._message_log(body=body)

    def action_open_case(self):
        self.ensure_one()
        return self.case_id.action_open_case()
