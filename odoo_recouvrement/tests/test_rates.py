import threading
import time
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tests.common import _super_send
from odoo.tools import mute_logger

from ..core.rates import HalfYear, Reference
from ..models import recouvrement_rate_fetch
from .story import StoryCase

NEXT = HalfYear(2027, 1)


def d(text: str) -> date:
    return date.fromisoformat(text)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRates(StoryCase):
    """The published rates, shipped and entered: never assumed, never overwritten."""

    def enter(self, value=2.65, day="2027-01-01", reference="legal", **values):
        rates = self.env["recouvrement.rate"].with_user(self.manager)
        return rates.create(
            {
                "reference": reference,
                "valid_from": d(day),
                "value": value,
                "source": "arrêté du 20 décembre 2026",
                **values,
            }
        )

    def known(self, reference=Reference.LEGAL, half_year=NEXT):
        return self.env["recouvrement.rate"]._rates().at(reference, half_year).value

    def activities(self):
        return self.env["mail.activity"].search(
            [("res_model", "=", "recouvrement.rate")]
        )

    # ----------------------------------------------------------------- the tables

    def test_shipped_tables_are_visible_and_not_edited(self):
        rate = self.env["recouvrement.rate"].search(
            [("reference", "=", "ecb"), ("valid_from", "=", "2026-09-16")]
        )
        self.assertRecordValues(rate, [{"value": 2.65, "origin": "shipped"}])
        self.assertTrue(rate.source and rate.checked_on)
        for change in ({"value": 3}, {"valid_from": d("2026-09-17")}):
            with self.assertRaisesRegex(UserError, "comes with the addon"):
                rate.with_user(self.manager).write(change)
        with self.assertRaisesRegex(UserError, "comes with the addon"):
            rate.with_user(self.manager).unlink()

    def test_an_entered_half_year_is_known_at_once(self):
        with self.assertRaises(LookupError):
            self.known()
        self.enter()
        self.assertEqual(self.known(), Decimal("2.65"))
        self.assertEqual(self.enter(2.655, "2027-07-01").half_year, "2027-S2")
        self.assertEqual(self.known(half_year=HalfYear(2027, 2)), Decimal("2.655"))

    def test_a_corrected_and_a_deleted_rate(self):
        rate = self.enter(2.56)
        rate.value = 2.65
        self.assertEqual(self.known(), Decimal("2.65"))
        rate.unlink()
        with self.assertRaises(LookupError):
            self.known()

    def test_a_wrong_shipped_rate_is_archived_and_replaced(self):
        rate = self.env["recouvrement.rate"].search(
            [("reference", "=", "legal"), ("valid_from", "=", "2026-07-01")]
        )
        with self.assertRaisesRegex(ValidationError, "already entered"):
            self.enter(2.8, "2026-07-01")
        rate.with_user(self.manager).active = False
        self.enter(2.8, "2026-07-01")
        self.assertEqual(self.known(half_year=HalfYear(2026, 2)), Decimal("2.8"))
        self.env["recouvrement.rate"]._load_shipped()
        self.assertFalse(rate.active)
        self.assertEqual(self.known(half_year=HalfYear(2026, 2)), Decimal("2.8"))

    def test_an_update_keeps_what_was_entered_and_the_latest_check(self):
        mine = self.enter(2.8)
        rates = self.env["recouvrement.rate"]
        count = rates.search_count([])
        last = rates.search([("reference", "=", "ecb")], limit=1)
        last._renew({"checked_on": d("2026-11-20")})
        rates._load_shipped()
        self.assertEqual(rates.search_count([]), count)
        self.assertEqual(mine.value, 2.8)
        self.assertEqual(last.checked_on, d("2026-11-20"))

    # ------------------------------------------------------------------- bad input

    def test_a_date_entered_twice(self):
        self.enter()
        with self.assertRaisesRegex(ValidationError, "already entered .Entered by"):
            self.enter(2.7)

    def test_a_date_moved_onto_another(self):
        self.enter()
        other = self.enter(2.7, "2027-07-01")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            other.valid_from = d("2027-01-01")
            other.flush_recordset()

    def test_a_rate_that_cannot_be(self):
        for value in (1240, 12.4 * 10, -2.65, 20.5):
            with (
                self.subTest(value),
                self.assertRaisesRegex(ValidationError, "Write 2.40 for 2.40"),
                self.env.cr.savepoint(),
            ):
                self.enter(value)

    def test_a_date_that_cannot_be(self):
        with self.assertRaisesRegex(ValidationError, "cannot be the first day"):
            self.enter(day="1207-01-01")
        with self.assertRaisesRegex(ValidationError, "1 January or 1 July"):
            self.enter(day="2027-01-15")
        self.enter(day="2027-02-03", reference="ecb")

    def test_roles(self):
        for user in (self.reader, self.collector):
            rates = self.env["recouvrement.rate"].with_user(user)
            self.assertTrue(rates.search([]).mapped("display_name"))
            with self.assertRaises(AccessError):
                rates.create({"valid_from": d("2027-01-01"), "value": 2, "source": "x"})

    # ---------------------------------------------------------------- the reminder

    def test_managers_are_told_once_a_month_before(self):
        rates = self.env["recouvrement.rate"]
        rates._warn_missing(d("2026-11-20"))
        self.assertFalse(self.activities())
        rates._warn_missing(d("2026-12-10"))
        mine = self.activities().filtered(lambda a: a.user_id == self.manager)
        self.assertEqual(len(mine), 2)
        self.assertEqual(set(mine.mapped("date_deadline")), {d("2027-01-01")})
        self.assertIn("first half of 2027", mine[0].summary)
        self.assertNotIn(self.collector, self.activities().user_id)
        mine[0].action_done()
        rates._warn_missing(d("2026-12-11"))
        self.assertEqual(
            len(self.activities().filtered(lambda a: a.user_id == self.manager)), 1
        )

    def test_nobody_is_asked_for_what_is_entered(self):
        self.enter()
        self.enter(2.9, reference="ecb")
        self.env["recouvrement.rate"]._warn_missing(d("2026-12-10"))
        self.assertFalse(self.activities())


class Ecb(ThreadingHTTPServer):
    """A server of our own that answers as it is told, in a thread."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.body, self.status, self.pause = "", 200, 0.0
        self.asked: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/FM/series"


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        time.sleep(self.server.pause)
        self.send_response(self.server.status)
        self.end_headers()
        try:
            self.wfile.write(self.server.body.encode())
        except ConnectionError:
            return  # the reader had enough

    def log_message(self, *args):
        """Quiet."""


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRateFetch(StoryCase):
    """The ECB's series, from a server that answers well, badly, slowly, not at all."""

    TODAY = d("2027-01-10")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rates = cls.env["recouvrement.rate"]
        cls.admin = cls.env.ref("base.user_admin")

    def setUp(self):
        super().setUp()
        self.ecb = Ecb()
        self.addCleanup(self.ecb.server_close)
        self.addCleanup(self.ecb.shutdown)
        self.env["ir.config_parameter"].set_param(
            "odoo_recouvrement.ecb_rate_url", self.ecb.url
        )

    @classmethod
    def _request_handler(cls, s, r, /, **kw):
        """This machine's own server, with the delays of the code and not longer."""
        if r.url.startswith("http://127.0.0.1:"):
            return _super_send(s, r, **kw)
        return super()._request_handler(s, r, **kw)

    def answer(self, *rows):
        head = "KEY,FREQ,REF_AREA,TIME_PERIOD,OBS_VALUE\r\n"
        key = "FM.B.U2.EUR.4F.KR.MRR_FR.LEV,B,U2"
        self.ecb.body = head + "".join(
            f"{key},{day},{value}\r\n" for day, value in rows
        )

    def fetch(self):
        return self.rates._fetch(self.TODAY)

    def refused(self, pattern):
        before = self.rates.search_count([])
        with self.assertRaisesRegex(UserError, pattern):
            self.fetch()
        self.assertEqual(self.rates.search_count([]), before)

    def last(self):
        return self.rates.search([("reference", "=", "ecb")], limit=1)

    def test_nothing_new_extends_what_is_certain(self):
        self.answer(("2026-06-17", "2.40"), ("2026-09-16", "2.65"))
        self.assertRegex(self.fetch(), "Nothing new.*2.65.*01/03/2027")
        self.assertEqual(self.last().checked_on, d("2027-01-03"))
        known = self.rates._rates().at(Reference.ECB, NEXT)
        self.assertEqual(known.value, Decimal("2.65"))
        self.assertIn("format=csvdata", self.ecb.asked[0])
        self.assertIn("startPeriod=2024-11-01", self.ecb.asked[0])

    def test_a_change_is_added_with_its_source(self):
        self.answer(("2026-09-16", "2.65"), ("2026-12-16", "2.90"))
        self.assertRegex(self.fetch(), "New: 2.90.*12/16/2026")
        self.assertRecordValues(
            self.last(),
            [{"value": 2.9, "origin": "fetched", "checked_on": d("2027-01-03")}],
        )
        self.assertIn("FM.B.U2.EUR", self.last().source)
        self.assertRegex(self.fetch(), "Nothing new")

    def test_what_was_entered_by_hand_stays(self):
        mine = self.rates.create(
            {
                "reference": "ecb",
                "valid_from": d("2026-12-16"),
                "value": 2.8,
                "source": "press",
            }
        )
        self.answer(("2026-09-16", "2.65"), ("2026-12-16", "2.90"))
        self.assertRegex(self.fetch(), "says otherwise: 2.90")
        self.assertRecordValues(mine, [{"value": 2.8, "checked_on": False}])

    def test_a_page_instead_of_the_series(self):
        self.ecb.body = "<!DOCTYPE html><html><body>Maintenance</body></html>"
        self.refused("not the series")

    def test_other_columns(self):
        self.ecb.body = "DATE,VALUE\n2026-09-16,2.65\n"
        self.refused("not the series")

    def test_1240_percent(self):
        self.answer(("2026-12-16", "1240"))
        self.refused("“1240” is no rate")

    def test_a_day_that_is_none(self):
        self.answer(("2026-13-16", "2.65"))
        self.refused("no day of the series")

    def test_no_observation(self):
        self.answer()
        self.refused("no value")

    def test_an_endless_answer(self):
        self.ecb.body = "x" * 600_000
        self.refused("too large")

    def test_an_error_of_the_server(self):
        self.ecb.status = 503
        self.refused("could not be read .HTTPError.*enter it by hand")

    def test_a_slow_server(self):
        self.ecb.pause = 2
        started = time.monotonic()
        with patch.object(recouvrement_rate_fetch, "_TIMEOUT", 0.3):
            self.refused("could not be read")
        self.assertLess(time.monotonic() - started, 2)

    def test_no_server_at_all(self):
        self.ecb.shutdown()
        self.ecb.server_close()
        self.refused("could not be read .ConnectionError")

    def test_the_scheduled_action_is_off_and_never_fails(self):
        cron = self.env.ref("odoo_recouvrement.ir_cron_fetch_rates")
        self.assertFalse(cron.active)
        self.ecb.status = 500
        self.assertEqual(cron.interval_type, "months")
        with self.assertLogs("odoo.addons.odoo_recouvrement", "WARNING") as logs:
            self.rates._cron_fetch()
        self.assertIn("not read", logs.output[0])

    @freeze_time("2027-01-10")
    def test_only_an_administrator_reads(self):
        self.answer(("2026-09-16", "2.65"))
        for user in (self.reader, self.collector, self.manager):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.rates.with_user(user).action_fetch()
        shown = self.rates.with_user(self.admin).action_fetch()
        self.assertIn("2.65", shown["params"]["message"].replace(",", "."))

    def test_the_settings_switch_the_scheduled_action_on(self):
        cron = self.env.ref("odoo_recouvrement.ir_cron_fetch_rates")
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.recouvrement_fetches_rates)
        settings.recouvrement_fetches_rates = True
        settings.execute()
        self.assertTrue(cron.active)
