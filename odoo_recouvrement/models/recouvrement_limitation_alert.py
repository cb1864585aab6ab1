"""Alerts before a prescription: one task per file, renewed at each distance."""

from datetime import date, timedelta

from odoo import api, models
from odoo.tools import SQL, format_amount, format_date

from ..core.limitation_alert import parse_distances, step_reached
from .mail_activity import LIMITATION_NEAR
from .roles import MANAGER


class RecouvrementLimitation(models.AbstractModel):
    _inherit = "recouvrement.limitation"

    @api.model
    def _alert(self, company, as_of: date) -> None:
        """Tell whoever follows a file that a distance has been reached.

        Each item remembers its last alert: a task that was done comes back at the
        next distance only. A task still open is brought up to date, never doubled.
        """
        distances = parse_distances(company.recouvrement_limitation_alerts or "")
        near = self._near_items(company, as_of, max(distances, default=0))
        steps = {
            item_id: step_reached((deadline - as_of).days, distances)
            for item_id, _case_id, deadline, _last in near
        }
        first: dict[int, int] = {}
        told: set[int] = set()
        for item_id, case_id, _deadline, last in near:  # the nearest comes first
            first.setdefault(case_id, item_id)
            step = steps[item_id]
            if step and (not last or step < last):
                told.add(case_id)
        cases = self.env["recouvrement.case"].browse(sorted(told))
        self._open_tasks({case: first[case.id] for case in cases}, as_of)
        self._remember(steps)
        watched = self.env["recouvrement.case"].search(
            [("company_id", "=", company.id), ("has_legal_deadline", "=", True)]
        )
        self._close_alerts(watched - cases)
        (watched | cases)._refresh_legal_deadlines()

    def _near_items(self, company, as_of: date, within: int, cases=None) -> list:
        """The items that lapse within some days: id, file, deadline, last alert."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT line.id, file.id, line.recouvrement_limitation_date,
                       line.recouvrement_limitation_alert
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN res_partner contact ON contact.id = line.partner_id
                  JOIN recouvrement_case file
                    ON file.partner_id = contact.commercial_partner_id
                   AND file.company_id = line.company_id
                 WHERE line.company_id = %s
                   AND line.recouvrement_limitation_date BETWEEN %s AND %s
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                   AND line.amount_residual > 0
                   AND account.account_type = 'asset_receivable'
                   AND file.active
                   AND (%s OR file.id = ANY(%s))
              ORDER BY line.recouvrement_limitation_date, line.id
                """,
                company.id,
                as_of,
                as_of + timedelta(days=within),
                cases is None,
                cases.ids if cases else [],
            )
        )

    def _remember(self, steps: dict[int, int | None]) -> None:
        """Each item's last alert; it is forgotten when its deadline moves."""
        if not steps:
            return
        self.env.cr.execute_values(
            """
            UPDATE account_move_line line
               SET recouvrement_limitation_alert = new.step::int4
              FROM (VALUES %s) AS new(id, step)
             WHERE line.id = new.id
               AND line.recouvrement_limitation_alert
                   IS DISTINCT FROM new.step::int4
            """,
            list(steps.items()),
        )
        self.env["account.move.line"].invalidate_model(
            ["recouvrement_limitation_alert"], flush=False
        )

    # ------------------------------------------------------------------- the task

    def _open_tasks(self, first: dict, as_of: date) -> None:
        """Open the task of each file, or bring the one that is open up to date.

        ``first``: file → id of the item that lapses first. New tasks are made at once.
        """
        cases = self.env["recouvrement.case"].union(*first)
        known = {task.res_id: task for task in cases._limitation_tasks()}
        kind = self.env.ref(LIMITATION_NEAR)
        model_id = self.env["ir.model"]._get_id("recouvrement.case")
        lines = self.env["account.move.line"].browse(first.values())
        followers: dict = {}
        new = []
        for case, line in zip(first, lines, strict=True):
            task = known.get(case.id)
            user = task.user_id if task else case.user_id
            if not user:
                user = followers.get(case.company_id) or self._follower(case)
                followers[case.company_id] = user
            lang = user.lang or case.company_id.partner_id.lang
            values = self.with_context(lang=lang)._task_values(case, line)
            if task:
                task.write(values)
                continue
            new.append(
                {
                    "res_model_id": model_id,
                    "res_id": case.id,
                    "activity_type_id": kind.id,
                    "date_deadline": as_of,
                    "user_id": user.id,
                    "automated": True,
                    **values,
                }
            )
        tasks = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        tasks.create(new)

    def _task_values(self, case, line) -> dict:
        """The words of the task, about the item that lapses first."""
        item = line.with_env(self.env)
        return {
            "summary": self.env._(
                "Prescription: %(item)s, %(amount)s, last day to act %(date)s",
                item=item.move_id.name,
                amount=format_amount(
                    self.env, item.amount_residual_currency, item.currency_id
                ),
                date=format_date(self.env, item.recouvrement_limitation_date),
            ),
            "note": self.env._(
                "Obtain a written acknowledgement of the debt, or claim in court "
                "before that day. %(letter)s",
                letter=self._letter_words(case),
            ),
        }

    def _follower(self, case):
        """Of a file without a collector: the company's, else one of its managers."""
        user = case.company_id.recouvrement_user_id
        if user:
            return user
        managers = self.env.ref(MANAGER)
        return (
            managers.all_user_ids.filtered(
                lambda user: case.company_id in user.company_ids
            )[:1]
            or self.env.user
        )

    @api.model
    def _close_alerts(self, cases) -> None:
        """Tasks about files where nothing lapses soon any more are over."""
        # Who moves a deadline may not end another's task: it has no object any more.
        cases = cases.sudo()
        tasks = cases._limitation_tasks()
        if not tasks:
            return
        still = set()
        for company, own in cases.grouped("company_id").items():
            distances = parse_distances(company.recouvrement_limitation_alerts or "")
            today = self._today_of(company)
            near = self._near_items(company, today, max(distances, default=0), own)
            still |= {case_id for _item, case_id, _deadline, _last in near}
        over = tasks.filtered(lambda task: task.res_id not in still)
        if over:
            over._action_done(
                feedback=self.env._("Nothing lapses soon any more on this file.")
            )


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    def _limitation_tasks(self):
        """The open tasks about the prescription of these files."""
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "recouvrement.case"),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", self.env.ref(LIMITATION_NEAR).id),
            ]
        )

    def _legal_deadline_ids(self):
        return super()._legal_deadline_ids() | set(
            self._limitation_tasks().mapped("res_id")
        )


class MailActivity(models.Model):
    """A task about a prescription that is done leaves the day's counter."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        cases = self._recouvrement_limitation_cases()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        cases._refresh_legal_deadlines()
        return result

    def unlink(self):
        cases = self._recouvrement_limitation_cases()
        result = super().unlink()
        cases._refresh_legal_deadlines()
        return result

    def _recouvrement_limitation_cases(self):
        own = self.filtered(lambda task: task.res_model == "recouvrement.case")
        if not own:
            return self.env["recouvrement.case"]
        kind = self.env.ref(LIMITATION_NEAR)
        own = own.filtered(lambda task: task.activity_type_id == kind)
        return self.env["recouvrement.case"].browse(own.mapped("res_id"))
