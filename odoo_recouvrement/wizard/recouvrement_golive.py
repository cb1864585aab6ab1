"""The go-live assistant: where old items start, seen before anything leaves."""

from collections import Counter, defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.decision import opening_position
from ..models.recouvrement_proposal import Judged
from ..models.roles import MANAGER

DEFAULT_CAP = "R2"


class RecouvrementGolive(models.TransientModel):
    """Three steps: choose where the old items start, simulate, start.

    Opening the assistant reads the ledger once and keeps the items by age, so that
    a change of cap is shown at once. Only the starting levels are written, on
    items that no reminder ever mentioned.
    """

    _name = "recouvrement.golive"
    _description = "Start of the chase"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    is_live = fields.Boolean(related="company_id.recouvrement_is_live")
    cap_ids = fields.One2many("recouvrement.golive.cap", "golive_id")
    entry_ids = fields.One2many("recouvrement.golive.entry", "golive_id")
    has_entries = fields.Boolean(compute="_compute_summary")
    summary = fields.Html(compute="_compute_summary", sanitize=False)
    applied_count = fields.Integer(
        "Items with a starting level", compute="_compute_applied_count"
    )

    def _compute_display_name(self):
        self.display_name = self.env._("Start the chase")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        company = self.env.company
        if {"cap_ids", "entry_ids"} & set(fields_list):
            ages, by_entry = self._read_ages(company)
            values["cap_ids"] = self._default_caps(company, ages)
            values["entry_ids"] = [
                fields.Command.create({"move_id": move_id, "ages": entry_ages})
                for move_id, entry_ages in by_entry.items()
            ]
        return values

    @api.model
    def _read_ages(self, company):
        """The items never reminded, by policy and days overdue.

        Returns (policy id → {days: [items, amount]}, and the same by miscellaneous
        entry marked “no follow-up”: move id → policy id → …). Keys are text: JSON.
        """
        ages = defaultdict(lambda: defaultdict(lambda: [0, 0.0]))
        by_entry = defaultdict(
            lambda: defaultdict(lambda: defaultdict(lambda: [0, 0.0]))
        )
        today = fields.Date.context_today(self)
        silent = self.env["account.move"]
        for facts, item in self._never_reminded(company):
            days = str((today - item.due_date).days)
            policy = str(facts.policy_id)
            if item.no_followup:
                silent |= silent.browse(item.move_id)
                bucket = by_entry[item.move_id][policy][days]
            else:
                bucket = ages[policy][days]
            bucket[0] += 1
            bucket[1] += float(item.balance)
        entries = set(silent.filtered(lambda move: move.move_type == "entry").ids)
        return ages, {key: by_entry[key] for key in by_entry if key in entries}

    @api.model
    def _never_reminded(self, company):
        """The items that may be given a starting level, with their debtor's facts."""
        today = fields.Date.context_today(self)
        reader = self.env["recouvrement.facts"]
        frame = reader._frame(company, today)
        gathered = reader._gather(company, today, frame=frame, with_new=True)
        self.env["recouvrement.proposal"]._write_summaries(
            company, today, [Judged(one, [], []) for one in gathered if one.is_new]
        )
        for facts in gathered:
            if facts.debtor.ladder is None:
                continue
            for item in facts.items:
                if item.pending is None and item.last_contact is None:
                    yield facts, item

    @api.model
    def _default_caps(self, company, ages):
        policies = self.env["recouvrement.policy"].search(
            [("company_id", "in", (False, company.id))]
        )
        commands = []
        for policy in policies:
            steps = policy.level_ids.filtered(
                lambda level: level.days >= 0 and not level.is_final
            ).sorted("days")
            by_code = steps.filtered(lambda level: level.code == DEFAULT_CAP)
            cap = (by_code or steps[1:] or steps)[:1]
            commands.append(
                fields.Command.create(
                    {
                        "policy_id": policy.id,
                        "first_level_id": cap.id,
                        "ages": ages.get(str(policy.id), {}),
                    }
                )
            )
        return commands

    # -------------------------------------------------------------- the summary

    @api.depends("cap_ids.first_level_id", "entry_ids.is_included")
    def _compute_summary(self):
        for golive in self:
            golive.has_entries = bool(golive.entry_ids)
            golive.summary = self.env["ir.qweb"]._render(
                "odoo_recouvrement.golive_summary",
                {
                    "policies": [golive._policy_summary(cap) for cap in golive.cap_ids],
                    "currency": golive.currency_id,
                },
            )

    def _policy_summary(self, cap) -> dict:
        """What the first message of the policy's items would be: rows by level."""
        ladder = cap.policy_id._to_core()[cap.policy_id.id]
        items, amounts = Counter(), Counter()
        for ages in self._ages_of(cap):
            for days, (count, amount) in ages.items():
                overdue = int(days)
                position = opening_position(ladder, overdue, cap.first_level_id.days)
                step = ladder.next_step(position, overdue)
                later = step is not None and overdue < step.days
                key = None if step is None or later else step.id
                items[key] += count
                amounts[key] += amount
        levels = cap.policy_id.level_ids
        rows = [
            {"level": level, "items": items[level.id], "amount": amounts[level.id]}
            for level in levels.sorted("days")
            if items[level.id]
        ]
        if items[None]:
            rows.append({"level": None, "items": items[None], "amount": amounts[None]})
        return {"policy": cap.policy_id, "rows": rows}

    def _ages_of(self, cap):
        key = str(cap.policy_id.id or cap.policy_id._origin.id)
        yield cap.ages or {}
        for entry in self.entry_ids.filtered("is_included"):
            yield (entry.ages or {}).get(key, {})

    def _compute_applied_count(self):
        for golive in self:
            golive.applied_count = self.env["account.move.line"].search_count(
                golive._applied_domain()
            )

    def _applied_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("recouvrement_opening_level_id", "!=", False),
            ("recouvrement_contact_date", "=", False),
            ("reconciled", "=", False),
        ]

    # -------------------------------------------------------------- the actions

    def action_apply(self):
        """Write the starting levels, and let the chosen entries be chased."""
        self.ensure_one()
        included = self.entry_ids.filtered("is_included").move_id.filtered(
            lambda move: move.company_id == self.company_id
        )
        if included:
            # A recovery manager may not write items, but decides which are followed.
            # On a miscellaneous entry the mark is each line's own.
            included.sudo().line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            ).no_followup = False
            self.env.flush_all()
        caps = {cap.policy_id.id: cap.first_level_id.days for cap in self.cap_ids}
        today = fields.Date.context_today(self)
        chosen: dict[int, int | None] = {}
        for facts, item in self._never_reminded(self.company_id):
            ladder = facts.debtor.ladder
            position = opening_position(
                ladder, (today - item.due_date).days, caps.get(ladder.id)
            )
            chosen[item.id] = next(
                (step.id for step in ladder.steps if step.days == position), None
            )
        self._write_levels(chosen)
        return self._reopen()

    def action_undo(self):
        """Forget the starting levels of the items no reminder has mentioned since."""
        self.ensure_one()
        lines = self.env["account.move.line"].search(self._applied_domain())
        self._write_levels(dict.fromkeys(lines.ids))
        return self._reopen()

    def _write_levels(self, chosen: dict[int, int | None]):
        """One statement for all items: item id → level id or None."""
        if not chosen:
            return
        lines = self.env["account.move.line"].browse(chosen)
        lines.flush_recordset(["recouvrement_opening_level_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE account_move_line aml
                   SET recouvrement_opening_level_id = chosen.level_id
                  FROM unnest(%s::int[], %s::int[]) AS chosen(id, level_id)
                 WHERE aml.id = chosen.id AND aml.company_id = %s
                   AND aml.recouvrement_opening_level_id
                       IS DISTINCT FROM chosen.level_id
                """,
                list(chosen),
                list(chosen.values()),
                self.company_id.id,
            )
        )
        lines.invalidate_recordset(["recouvrement_opening_level_id"])
        lines._recouvrement_refresh_levels()

    def action_simulate(self):
        """What would leave on the next sending day; nothing is written to anybody."""
        self.ensure_one()
        day = fields.Date.context_today(self)
        calendar = self.env["recouvrement.facts"]._calendar(self.company_id)
        run = self.env["recouvrement.run"].create(
            {
                "company_id": self.company_id.id,
                "is_simulation": True,
                "as_of_date": day if calendar.is_open(day) else calendar.next_open(day),
            }
        )
        run.action_start()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("First wave, simulated"),
            "res_model": "recouvrement.run",
            "res_id": run.id,
            "views": [(False, "form")],
        }

    def action_start(self):
        self.ensure_one()
        self._set_live(True)
        return self._reopen()

    def action_stop(self):
        self.ensure_one()
        self._set_live(False)
        return self._reopen()

    def _set_live(self, is_live: bool):
        if not self.env.user.has_group(MANAGER):
            raise UserError(
                self.env._("Only a recovery manager starts or stops the chase.")
            )
        # Companies belong to the administrator: this switch belongs to the manager.
        self.company_id.sudo().recouvrement_is_live = is_live

    def _reopen(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Start the chase"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "main",
        }


class RecouvrementGoliveCap(models.TransientModel):
    """For a policy: the level beyond which nobody's first message may be."""

    _name = "recouvrement.golive.cap"
    _description = "First level of a policy"

    golive_id = fields.Many2one(
        "recouvrement.golive", required=True, ondelete="cascade"
    )
    policy_id = fields.Many2one("recouvrement.policy", required=True, readonly=True)
    first_level_id = fields.Many2one(
        "recouvrement.policy.level",
        "First message at most",
        required=True,
        domain="[('policy_id', '=', policy_id), ('days', '>=', 0),"
        " ('is_final', '=', False)]",
    )
    ages = fields.Json(readonly=True)
    item_count = fields.Integer("Open items", compute="_compute_item_count")

    @api.depends("ages")
    def _compute_item_count(self):
        for cap in self:
            cap.item_count = sum(count for count, _amount in (cap.ages or {}).values())


class RecouvrementGoliveEntry(models.TransientModel):
    """A miscellaneous entry that Odoo leaves out of follow-up, as opening balances."""

    _name = "recouvrement.golive.entry"
    _description = "Entry left out of follow-up"

    golive_id = fields.Many2one(
        "recouvrement.golive", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="golive_id.currency_id")
    move_id = fields.Many2one("account.move", "Entry", required=True, readonly=True)
    date = fields.Date(related="move_id.date")
    ref = fields.Char(related="move_id.ref")
    ages = fields.Json(readonly=True)
    item_count = fields.Integer("Open items", compute="_compute_totals")
    amount = fields.Monetary("Open", compute="_compute_totals")
    is_included = fields.Boolean("Chase")

    @api.depends("ages")
    def _compute_totals(self):
        for entry in self:
            buckets = [
                bucket
                for ages in (entry.ages or {}).values()
                for bucket in ages.values()
            ]
            entry.item_count = sum(count for count, _amount in buckets)
            entry.amount = sum(amount for _count, amount in buckets)
