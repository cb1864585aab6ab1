from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import AS_OF
from .story import StoryCase, in_days


@freeze_time(AS_OF)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestScore(StoryCase):
    """How a debtor pays: read from the whole ledger, explained, and only said."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls.case_of()

    def paid(self, late: int, amount=100, ago: int = 60, **values):
        """An invoice paid ``ago`` days before today, ``late`` days after its day."""
        move = self.make_invoice(amount, days=ago + late, **values)
        self.pay(move, day=in_days(-ago))
        return move

    def factors(self, day=AS_OF, case=None):
        """Count again and give the factors of the file by code."""
        case = case or self.case
        self.env["recouvrement.score"]._refresh(case, day)
        return {factor["code"]: factor for factor in case.score_factors}

    def contest(self, move, **values):
        reason = self.env["recouvrement.dispute.reason"].search([], limit=1)
        return self.env["recouvrement.dispute"].create(
            {
                "case_id": self.case.id,
                "move_line_ids": self.items(move).ids,
                "reason_id": reason.id,
                **values,
            }
        )

    # ------------------------------------------------------------------ the facts

    def test_average_delay_is_weighted_by_amount(self):
        self.paid(40, 100)
        self.paid(0, 900)
        self.assertEqual(self.factors()["delay"]["values"], {"days": 4, "count": 2})

    def test_paying_early_does_not_make_up_for_paying_late(self):
        self.paid(-30)
        self.paid(30)
        self.assertEqual(self.factors()["delay"]["values"]["days"], 15)

    def test_what_was_paid_before_the_last_year_is_forgotten(self):
        self.paid(50, ago=366)
        self.assertNotIn("delay", self.factors())

    def test_a_credit_note_pays_nothing(self):
        move = self.make_invoice(100, days=90)
        credit = self.make_invoice(100, days=1, move_type="out_refund")
        self.items(move, credit).reconcile()
        self.assertNotIn("delay", self.factors())

    def test_open_overdue_counts_not_only_what_was_paid(self):
        for _ in range(3):
            self.paid(0)
        self.make_invoice(5000, days=100)
        self.make_invoice(5000, days=-10)
        overdue = self.factors()["overdue"]
        self.assertEqual(overdue["values"], {"share": 50, "days": 100, "count": 1})
        self.assertEqual(overdue["points"], -25)
        self.assertEqual((self.case.score, self.case.score_band), (50, "watch"))

    def test_what_is_contested_does_not_count_against_the_debtor(self):
        old = self.make_invoice(900, days=200)
        self.make_invoice(100, days=20)
        self.contest(old)
        overdue = self.factors()["overdue"]["values"]
        self.assertEqual((overdue["days"], overdue["share"]), (20, 100))
        self.assertEqual(float(overdue["contested"]), 900)
        texts = [factor["text"] for factor in self.case.score_detail["factors"]]
        self.assertRegex(texts[0], r"20 days at most; .*900\.00.* contested, left out")

    def test_the_part_that_is_not_contested_counts(self):
        self.contest(self.make_invoice(1000, days=40), amount=600)
        open_one = self.factors()["overdue"]["values"]
        self.assertEqual(float(open_one["contested"]), 600)
        self.assertEqual((open_one["days"], open_one["share"]), (40, 100))

    def test_an_invoice_contested_with_reason_and_paid_late_is_forgiven(self):
        move = self.make_invoice(100, days=150)
        dispute = self.contest(move)
        dispute._end("credited")
        self.pay(move, day=in_days(-1))
        self.assertNotIn("delay", self.factors())
        dispute.sudo().outcome = "unjustified"
        self.assertEqual(self.factors()["delay"]["values"]["days"], 149)

    def test_a_payment_that_waits_to_be_matched_pays_the_oldest(self):
        self.make_invoice(100, days=90)
        self.make_invoice(100, days=20)
        self.receive(100)
        values = self.factors()["overdue"]["values"]
        self.assertEqual((values["days"], values["count"]), (20, 1))
        self.receive(100)
        self.assertEqual(self.factors()["overdue"]["values"]["share"], 0)

    def test_a_guarantee_retention_is_not_late_before_its_day(self):
        move = self.make_invoice(
            1000,
            days=60,
            recouvrement_retention=50,
            recouvrement_guarantee_end=in_days(100),
        )
        self.pay(move, 950)
        self.assertEqual(self.factors()["overdue"]["values"]["share"], 0)
        later = self.factors(in_days(101))["overdue"]["values"]
        self.assertEqual(later["share"], 100)

    def test_promises_and_plans_broken(self):
        move = self.make_invoice(1000, days=20)
        promise = self.env["recouvrement.promise"].create(
            {
                "case_id": self.case.id,
                "move_line_ids": self.items(move).ids,
                "date": in_days(7),
            }
        )
        self.assertNotIn("word", self.factors(), "its day has not come")
        with freeze_time(in_days(20)):
            self.run_as_of(in_days(20))
        self.assertEqual(promise.state, "broken")
        word = self.factors(in_days(20))["word"]
        self.assertEqual(
            (word["points"], word["values"]["kept"], word["values"]["given"]),
            (-10, 0, 1),
        )

    def test_exposure_beyond_the_credit_limit(self):
        self.make_invoice(3000, days=5)
        self.case._refresh(AS_OF)
        self.assertNotIn("limit", self.factors(), "the company uses no limits")
        self.company.account_use_credit_limit = True
        self.debtor.with_company(self.company).credit_limit = 2000
        self.assertEqual(
            self.factors()["limit"],
            {"code": "limit", "points": -10, "values": {"share": 150}},
        )

    def test_a_payment_that_the_bank_rejected(self):
        payment = self.receive(80, day=in_days(-20))
        self.assertNotIn("incidents", self.factors())
        payment.state = "rejected"
        self.assertEqual(self.factors()["incidents"]["values"]["bounced"], 1)

    def test_trend_of_the_half_years(self):
        for _ in range(2):
            self.paid(40, ago=30)
            self.paid(5, ago=250)
        trend = self.factors()["trend"]
        self.assertEqual(trend["values"], {"recent": 40, "earlier": 5})
        self.assertEqual(trend["points"], -10)
        texts = [factor["text"] for factor in self.case.score_detail["factors"]]
        self.assertIn(
            "Pays more slowly: 40 days late on average in the last six months, 5 days "
            "in the six before",
            texts,
        )

    def test_insolvency_is_critical(self):
        self.case.insolvency_date = in_days(-3)
        self.factors()
        self.assertEqual((self.case.score, self.case.score_band), (0, "critical"))

    def test_another_debtor_s_ledger_is_its_own(self):
        stranger = self.make_debtor("Stranger")
        self.make_invoice(500, days=100, partner=stranger)
        self.assertEqual(self.factors()["overdue"]["values"]["share"], 0)

    # ----------------------------------------------------------- what is shown

    def test_little_history_says_so_without_a_figure(self):
        self.paid(10)
        self.factors()
        self.assertEqual(self.case.score_band, "unknown")
        detail = self.case.score_detail
        self.assertIs(detail["points"], False)
        self.assertEqual(detail["word"], "Too little history")
        self.assertIn(
            "Pays 10 days late on average (1 items paid)", detail["factors"][0]["text"]
        )

    def test_a_file_just_opened_has_no_score_yet(self):
        detail = self.case.score_detail
        self.assertEqual((detail["points"], detail["word"]), (False, "Not scored yet"))

    def test_it_says_what_it_is_and_is_not(self):
        for _ in range(3):
            self.paid(0)
        self.factors()
        why = " ".join(self.case.score_detail["why"])
        self.assertIn("never shown to the customer", why)
        self.assertIn("A person does (GDPR, art. 22)", why)

    # ------------------------------------------------------------- who, and when

    def test_readers_count_again_and_nobody_types_it_in(self):
        for _ in range(3):
            self.paid(0)
        case = self.case.with_user(self.reader)
        case.action_refresh_score()
        self.assertEqual((case.score, case.score_band), (85, "good"))
        self.assertEqual(case.score_date, AS_OF)
        for user in (self.reader, self.collector, self.manager):
            with self.assertRaises(AccessError):
                self.case.with_user(user).write({"score": 100})

    def test_the_score_is_not_in_the_run(self):
        self.make_invoice(100, days=20)
        self.run_as_of()
        self.assertFalse(self.case.score_band)
        self.assertFalse(self.case.score_date)

    def test_every_night_all_files_in_as_many_queries_for_one_as_for_many(self):
        many = self.debtors(12)
        for partner in many:
            self.make_invoice(100, days=40, partner=partner)
        self.run_as_of()
        cases = self.env["recouvrement.case"].search(
            [("partner_id", "in", [partner.id for partner in many])]
        )
        self.assertEqual(len(cases), 12)
        service = self.env["recouvrement.score"]
        service._refresh(cases, AS_OF)  # what is kept between requests
        queries = []
        for some in (cases[:1], cases):
            self.env.flush_all()
            some.mapped("company_id.account_use_credit_limit")
            before = self.env.cr.sql_log_count
            service._refresh(some, AS_OF)
            queries.append(self.env.cr.sql_log_count - before)
        self.assertEqual(queries[0], queries[1])
        self.assertLessEqual(queries[1], 6, "five to read, one to write")
        with freeze_time(in_days(1)):
            service._cron_refresh()
        self.assertEqual(set(cases.mapped("score_date")), {AS_OF + timedelta(days=1)})

    def test_it_orders_and_decides_nothing(self):
        move = self.make_invoice(1000, days=20)
        self.run_as_of()
        self.run_as_of()
        before = (self.case.rank_points, self.decisions(move).reason)
        for band, points in (("good", 100), ("critical", 0)):
            self.case.sudo().write({"score_band": band, "score": points})
            self.run_as_of()
            after = (self.case.rank_points, self.decisions(move).reason)
            self.assertEqual(after, before)
