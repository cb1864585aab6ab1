"""The simulation: what would leave, and what changed since the last one."""

from decimal import Decimal

from odoo import models

from ..core.decision import Grouping
from ..core.difference import Proposal, compare
from ..core.grouping import Message
from .recouvrement_proposal import PAGE, Judged


class RecouvrementRun(models.Model):
    _inherit = "recouvrement.run"

    def _forget_simulation(self):
        """A simulation that was stopped starts over: its counts are kept nowhere."""
        self.progress_partner_id = 0
        self.proposal_ids.unlink()

    def _write_simulation(self, judged: list[Judged]):
        """What would leave; the register stays as it is, but new debtors get a file."""
        self.env["recouvrement.proposal"]._write_summaries(
            self.company_id,
            self.as_of_date,
            [one for one in judged if one.facts.is_new],
        )
        self.env.cr.execute_values(
            """
            INSERT INTO recouvrement_run_proposal
                   (run_id, company_id, key, partner_id, level_id, channels,
                    currency_id, total, items, change)
            VALUES %s
            """,
            [
                (
                    self.id,
                    self.company_id.id,
                    _key(message, facts.debtor.ladder.grouping),
                    facts.partner_id,
                    message.step.id,
                    ",".join(sorted(message.channels)),
                    message.currency_id,
                    message.total or message.upcoming_total,
                    len(message.decisions),
                    "added",
                )
                for facts, _decisions, messages in judged
                for message in messages
            ],
            page_size=PAGE,
        )
        self.env["recouvrement.run.proposal"].invalidate_model(flush=False)

    def _compare_with_previous(self):
        """Mark what came, moved or went since the last simulation."""
        previous = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("is_simulation", "=", True),
                ("state", "=", "done"),
                ("id", "<", self.id),
            ],
            order="id desc",
            limit=1,
        )
        if not previous:
            return
        self.previous_run_id = previous
        before, after = previous._proposals(), self._proposals()
        difference = compare(before, after)
        kept = after.keys() - difference.added
        changes = {
            "moved": difference.moved,
            "revalued": difference.revalued,
            "same": kept - difference.moved - difference.revalued,
        }
        for change, keys in changes.items():
            self.env.cr.execute(
                """UPDATE recouvrement_run_proposal SET change = %s
                    WHERE run_id = %s AND key = ANY(%s)""",
                [change, self.id, list(keys)],
            )
        self.env.cr.execute(
            """INSERT INTO recouvrement_run_proposal
                      (run_id, company_id, key, partner_id, level_id, channels,
                       currency_id, total, items, change)
               SELECT %s, company_id, key, partner_id, level_id, channels,
                      currency_id, total, items, 'removed'
                 FROM recouvrement_run_proposal
                WHERE run_id = %s AND key = ANY(%s)""",
            [self.id, previous.id, list(difference.removed)],
        )
        self.env["recouvrement.run.proposal"].invalidate_model(flush=False)

    def _proposals(self) -> dict[str, Proposal]:
        self.env.cr.execute(
            """SELECT proposal.key, level.days, proposal.total::text
                 FROM recouvrement_run_proposal proposal
                 JOIN recouvrement_policy_level level ON level.id = proposal.level_id
                WHERE proposal.run_id = %s AND proposal.change != 'removed'""",
            [self.id],
        )
        return {
            key: Proposal(days, Decimal(total))
            for key, days, total in self.env.cr.fetchall()
        }


def _key(message: Message, grouping: Grouping) -> str:
    """What makes a simulated message the same as another day's."""
    group_id = 0
    if grouping is Grouping.LEVEL:
        group_id = message.step.id
    elif grouping is Grouping.INVOICE:
        group_id = message.decisions[0].item.move_id
    return f"{message.debtor_id}/{message.currency_id}/{group_id}"
