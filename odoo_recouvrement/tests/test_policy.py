from psycopg2.errors import ExclusionViolation

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AS_OF
from .story import StoryCase, in_days


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPolicyAssignment(StoryCase):
    """Which ladder a debtor gets: the first rule that fits, or the one on its file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forget_installed_rules()
        cls.env["recouvrement.policy.rule"].search([]).active = False
        cls.gentle, cls.firm = cls.env["recouvrement.policy"].create(
            [
                {
                    "name": name,
                    "company_id": cls.company.id,
                    "level_ids": [
                        Command.create(
                            {"name": "R1", "code": "R1", "days": 3, "by_email": True}
                        )
                    ],
                }
                for name in ("Gentle", "Firm")
            ]
        )

    def rule(self, policy, sequence: int = 10, **values):
        return self.env["recouvrement.policy.rule"].create(
            {
                "name": policy.name,
                "sequence": sequence,
                "company_id": self.company.id,
                "policy_id": policy.id,
                **values,
            }
        )

    def policy_of(self, partner=None, day=AS_OF):
        self.run_as_of(day)
        return self.case_of(partner).policy_id

    def test_first_rule_wins_whatever_was_created_first(self):
        self.make_invoice()
        self.rule(self.gentle, 20)
        self.rule(self.firm, 10)
        self.assertEqual(self.policy_of(), self.firm)

    def test_domain_on_the_customer(self):
        self.make_invoice()
        other = self.make_debtor("Lyon", city="Lyon")
        self.make_invoice(partner=other)
        self.rule(self.firm, 1, partner_domain="[('city', '=', 'Lyon')]")
        self.rule(self.gentle, 2)
        self.assertEqual(self.policy_of(other), self.firm)
        self.assertEqual(self.case_of().policy_id, self.gentle)

    def test_tags_of_the_customer(self):
        self.make_invoice()
        tag = self.env["res.partner.category"].create({"name": "Key account"})
        self.rule(self.gentle, 1, category_ids=[Command.link(tag.id)])
        self.rule(self.firm, 2)
        self.assertEqual(self.policy_of(), self.firm)
        self.debtor.category_id = tag
        self.assertEqual(self.policy_of(), self.gentle)

    def test_profile(self):
        person = self.make_debtor("Camille", is_company=False)
        self.make_invoice(partner=person)
        self.make_invoice()
        self.rule(self.gentle, 1, profile="consumer")
        self.rule(self.firm, 2)
        self.assertEqual(self.policy_of(person), self.gentle)
        self.assertEqual(self.case_of(person).profile, "consumer")
        self.assertEqual(self.case_of().policy_id, self.firm)

    def test_amounts_look_at_what_is_overdue(self):
        """Bounds are included; what is not due yet does not count."""
        self.make_invoice(100)
        self.make_invoice(900, days=-20)
        self.rule(self.firm, 1, amount_min=500)
        self.rule(self.gentle, 2, amount_max=100)
        self.assertEqual(self.policy_of(), self.gentle)
        self.make_invoice(400)
        self.assertEqual(self.policy_of(), self.firm)

    def test_rule_of_another_company_or_of_an_archived_policy(self):
        self.make_invoice()
        other = self.setup_other_company(name="Atelier Loire")["company"]
        self.firm.company_id = other
        self.rule(self.firm, 1, company_id=other.id)
        self.rule(self.gentle, 2)
        self.gentle.active = False
        self.assertFalse(self.policy_of())

    def test_manual_policy_replaces_the_rules(self):
        invoice = self.make_invoice()
        self.rule(self.firm)
        case = self.case_of().with_user(self.collector)
        case.policy_manual_id = self.gentle
        self.run_as_of()
        self.assertRecordValues(case, [{"effective_policy_id": self.gentle.id}])
        self.assertEqual(self.reminders(invoice).level_id.policy_id, self.gentle)

    def test_conditions_that_cannot_be_read_are_refused(self):
        for domain in ("[('no_such_field', '=', 1)]", "[(", "__import__('os')", "42"):
            with (
                self.subTest(domain),
                self.assertRaisesRegex(ValidationError, "cannot be read"),
            ):
                self.rule(self.firm, partner_domain=domain)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPolicy(StoryCase):
    """A ladder: unique days, a channel a step, grouping at will, history kept."""

    def test_two_levels_on_the_same_day_are_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation):
            self.make_level(self.policy, 3, "R1 bis", ["email"])

    def test_a_level_replaced_and_two_exchanged_in_one_save(self):
        """The manager's form: one archived, one added on its day, two exchanged."""
        old = self.levels["R1"]
        policy = self.policy.with_user(self.manager)
        policy.write(
            {
                "level_ids": [
                    Command.create(
                        {"name": "New", "code": "R1", "days": 3, "by_email": True}
                    ),
                    Command.update(old.id, {"active": False}),
                    Command.update(self.levels["R2"].id, {"days": 30}),
                    Command.update(self.levels["R3"].id, {"days": 17}),
                ]
            }
        )
        self.env.flush_all()
        self.assertEqual(
            policy.level_ids.sorted("days").mapped("code"),
            ["R1", "R3", "R2", "MED", "CTX"],
        )
        self.assertFalse(old.active)

    def test_archived_level_frees_its_day(self):
        self.levels["R1"].active = False
        self.env.flush_all()
        level = self.make_level(self.policy, 3, "R1 bis", ["email"])
        invoice = self.make_invoice()
        self.run_as_of()
        self.assertEqual(self.reminders(invoice).level_id, level)

    def test_level_has_a_channel_or_hands_over(self):
        with self.assertRaisesRegex(ValidationError, "Tick a channel"):
            self.make_level(self.policy, 50, "X", [])
        with self.assertRaisesRegex(ValidationError, "has no channel"):
            self.make_level(self.policy, 51, "X", ["email"], is_final=True)

    def test_policy_with_history_is_archived_not_deleted(self):
        invoice = self.make_invoice()
        self.run_as_of()
        with self.assertRaisesRegex(ValidationError, "archive it instead"):
            self.policy.unlink()
        self.policy.active = False
        self.assertEqual(self.reminders(invoice).level_id.policy_id, self.policy)

    def test_level_with_history_is_not_deleted(self):
        self.make_invoice()
        self.run_as_of()
        with self.assertRaisesRegex(UserError, "archive it instead"):
            self.levels["R1"].unlink()

    def test_policy_that_only_decided_is_archived_not_deleted(self):
        """No reminder yet, but the register of decisions speaks of its levels."""
        self.make_invoice(days=-5)
        self.run_as_of()
        with self.assertRaisesRegex(UserError, "archive it instead"):
            self.policy.unlink()

    def test_policy_without_history_is_deleted(self):
        copy = self.policy.copy()
        levels = copy.level_ids
        copy.unlink()
        self.assertFalse(levels.exists())

    def test_copy_brings_levels_and_texts(self):
        copy = self.policy.with_user(self.manager).copy()
        self.assertEqual(copy.name, "Test ladder (copy)")
        self.assertEqual(
            copy.level_ids.mapped("days"), self.policy.level_ids.mapped("days")
        )
        self.assertEqual(
            copy.level_ids.template_ids, self.policy.level_ids.template_ids
        )
        self.assertFalse(copy.level_ids & self.policy.level_ids)

    def test_grouping_may_change_at_any_time(self):
        """Rule 2: each item keeps its level; only the messages change."""
        partner = self.make_debtor("Grouped")
        old = self.make_invoice(100, days=20, partner=partner)
        for amount in (50, 60):
            self.make_invoice(amount, days=5, partner=partner)
        self.start_at("R1", old)
        expected = {
            "debtor": [("R2", 210)],
            "level": [("R2", 100), ("R1", 110)],
            "invoice": [("R2", 100), ("R1", 50), ("R1", 60)],
        }
        for grouping, messages in expected.items():
            with self.subTest(grouping):
                self.policy.grouping = grouping
                run = self.run_as_of()
                mails = run.reminder_ids.filtered(lambda one: one.channel == "email")
                self.assertCountEqual(
                    [(mail.level_id.code, mail.total) for mail in mails], messages
                )
                self.assertEqual(
                    sorted(line.level_id.code for line in mails.line_ids),
                    ["R1", "R1", "R2"],
                )
                run.with_user(self.manager).action_undo()

    def test_text_is_the_debtor_s_language_then_the_company_s(self):
        level = self.levels["R1"].with_company(self.company)
        self.company.partner_id.lang = "fr_FR"
        self.assertEqual(
            level._find_template("email", "en_US"), self.text("r1_email_en")
        )
        self.assertEqual(
            level._find_template("email", "de_DE"), self.text("r1_email_fr")
        )
        self.assertEqual(
            self.levels["MED"]._find_template("registered_letter", "fr_FR"),
            self.text("formal_letter_fr"),
        )
        self.assertFalse(level._find_template("sms", "fr_FR"))

    def test_step_that_does_not_count_never_holds_the_ladder(self):
        call = self.make_level(
            self.policy, 10, "TEL", ["call"], counts_as_level=False, is_automatic=False
        )
        invoice = self.make_invoice(days=12)
        self.start_at("R1", invoice)
        self.run_as_of()
        self.assertEqual(self.reminders(invoice).level_id, call)
        self.run_as_of(in_days(7))
        self.assertDecided(invoice, "to_remind", level_id=self.levels["R2"].id)
