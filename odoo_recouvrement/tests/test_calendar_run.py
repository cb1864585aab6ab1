from datetime import date, timedelta

from odoo.tests import freeze_time, tagged

from .common import AS_OF, NOW
from .story import StoryCase, in_days

GOOD_FRIDAY = date(2026, 4, 3)
MAY_DAY = date(2026, 5, 1)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCalendarRun(StoryCase):
    """French days, closures and weekly caps, seen from the run."""

    def assertPutOff(self, day, until, **values):
        invoice = self.make_invoice(due=day - timedelta(days=5), **values)
        self.run_as_of(day)
        self.assertDecided(invoice, "not_sending_day", next_date=until)
        self.assertFalse(self.reminders(invoice))

    def assertReminded(self, day, **values):
        invoice = self.make_invoice(due=day - timedelta(days=5), **values)
        self.run_as_of(day)
        self.assertDecided(invoice, "to_remind")

    # ------------------------------------------------------------------- holidays

    def test_public_holiday(self):
        self.assertPutOff(MAY_DAY, date(2026, 5, 4))

    def test_good_friday_is_a_holiday_in_alsace_moselle_only(self):
        self.assertReminded(GOOD_FRIDAY)
        self.company.recouvrement_region = "alsace_moselle"
        other = self.make_debtor("Strasbourg")
        # Saturday, Sunday, then Easter Monday follow.
        self.assertPutOff(GOOD_FRIDAY, date(2026, 4, 7), partner=other)

    def test_saturday_is_a_choice(self):
        saturday = in_days(5)
        self.assertPutOff(saturday, in_days(7))
        self.company.recouvrement_on_saturday = True
        self.assertReminded(saturday, partner=self.make_debtor("Saturday"))

    # ------------------------------------------------------------------- closures

    def test_never_in_august_for_one_debtor(self):
        august = date(2026, 8, 3)
        self.close_days(
            date(2020, 8, 1), date(2020, 8, 31), case=self.case_of(), is_yearly=True
        )
        self.assertPutOff(august, date(2026, 9, 1))
        self.assertReminded(august, partner=self.make_debtor("Open in August"))

    def test_company_closed_between_the_years(self):
        self.close_days(date(2025, 12, 24), date(2026, 1, 4), is_yearly=True)
        self.assertPutOff(date(2026, 12, 28), date(2027, 1, 5))

    def test_closure_of_one_year_is_over_the_next(self):
        self.close_days(date(2025, 3, 1), date(2025, 3, 31))
        self.assertReminded(AS_OF)

    def test_closed_days_of_another_company_do_not_count(self):
        other = self.setup_other_company(name="Atelier Loire")["company"]
        self.close_days(AS_OF, in_days(30), company_id=other.id)
        self.assertReminded(AS_OF)

    def test_debtor_that_is_never_open_has_no_next_date(self):
        self.close_days(
            date(2026, 1, 1), date(2026, 12, 31), case=self.case_of(), is_yearly=True
        )
        self.assertPutOff(AS_OF, False)

    # ----------------------------------------------------------------- weekly cap

    def cap_story(self, partner):
        """Reminded on Monday; another invoice falls on Tuesday."""
        self.prove(self.remind(self.make_invoice(partner=partner)))
        other = self.make_invoice(days=2, partner=partner)
        self.run_as_of(in_days(1))
        return other

    def test_weekly_cap_of_a_business(self):
        self.company.recouvrement_contacts_per_week = 1
        other = self.cap_story(self.debtor)
        self.assertDecided(other, "contact_cap", next_date=in_days(7))
        self.run_as_of(in_days(7))
        self.assertDecided(other, "to_remind")

    def test_weekly_cap_of_a_consumer_is_its_own(self):
        self.company.recouvrement_contacts_per_week = 5
        self.company.recouvrement_contacts_per_week_consumer = 1
        person = self.make_debtor("Camille", is_company=False)
        self.assertDecided(self.cap_story(person), "contact_cap")
        self.assertDecided(self.cap_story(self.debtor), "to_remind")

    def test_several_messages_of_a_day_are_one_contact(self):
        self.company.recouvrement_contacts_per_week = 2
        old = self.make_invoice(days=20)
        self.start_at("R1", old)
        sent = self.remind(old)
        self.assertEqual(sorted(sent.mapped("channel")), ["email", "letter"])
        self.prove(sent)
        other = self.make_invoice(days=2)
        self.run_as_of(in_days(1))
        self.assertDecided(other, "to_remind")

    @freeze_time(NOW)
    def call_them(self, kind, direction="out"):
        return self.env["recouvrement.call"].create(
            {
                "case_id": self.case_of().id,
                "outcome_id": self.env.ref(f"odoo_recouvrement.outcome_{kind}").id,
                "direction": direction,
            }
        )

    def test_answered_call_is_a_contact_of_the_week(self):
        self.company.recouvrement_contacts_per_week = 1
        invoice = self.make_invoice(days=5)
        self.call_them("unreachable")
        self.call_them("refusal", "in")
        self.run_as_of()
        self.assertDecided(invoice, "to_remind")
        self.reminders(invoice).action_cancel("Not now")
        self.call_them("refusal")
        self.run_as_of(in_days(1))
        self.assertDecided(invoice, "contact_cap", next_date=in_days(7))
        self.run_as_of(in_days(7))
        self.assertDecided(invoice, "to_remind")

    def test_no_cap(self):
        self.company.recouvrement_contacts_per_week = 0
        self.assertDecided(self.cap_story(self.debtor), "to_remind")
