from odoo.tests import TransactionCase, tagged

LANGUAGES = ("fr", "en")
# The French ladder of a business: days from the due date, by code.
BUSINESS = {"PREV": -7, "R1": 3, "TEL": 10, "R2": 17, "R3": 30, "MED": 45, "CTX": 60}
TONES = ("courtesy", "cordial", "firm", "formal", "final")


@tagged("post_install", "-at_install")
class TestInstall(TransactionCase):
    """What comes with the addon: three ladders, their texts, rules, roles, schedule."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policies = {
            profile: cls.env.ref(f"odoo_recouvrement.policy_{profile}")
            for profile in ("business", "consumer", "public")
        }

    def test_business_ladder_has_the_days_of_the_french_practice(self):
        levels = self.policies["business"].level_ids
        self.assertEqual({level.code: level.days for level in levels}, BUSINESS)

    def test_consumers_and_public_bodies_are_given_more_time(self):
        business = {level.code: level for level in self.policies["business"].level_ids}
        for profile in ("consumer", "public"):
            for level in self.policies[profile].level_ids:
                if level.days >= 0:
                    with self.subTest(profile=profile, level=level.code):
                        self.assertGreater(level.days, business[level.code].days)

    def test_ladders_end_with_a_human_decision(self):
        """No formal notice and no call leaves by itself; the last step hands over."""
        for profile, policy in self.policies.items():
            levels = policy.level_ids.sorted("days")
            with self.subTest(profile):
                self.assertEqual(policy.profile, profile)
                self.assertEqual(
                    levels.mapped("is_final")[:-1], [False] * (len(levels) - 1)
                )
                self.assertTrue(levels[-1].is_final)
                formal = levels.filtered(
                    lambda one: one.tone in ("formal", "final") or one.by_call
                )
                self.assertFalse(any(formal.mapped("is_automatic")))

    def test_tone_rises_with_the_days(self):
        for profile, policy in self.policies.items():
            tones = [
                TONES.index(level.tone) for level in policy.level_ids.sorted("days")
            ]
            with self.subTest(profile):
                self.assertEqual(tones, sorted(tones))
                self.assertEqual(tones[0], 0)

    def test_every_level_has_its_texts_in_both_languages(self):
        """Each channel, and the letter that replaces one that cannot be used."""
        for profile, policy in self.policies.items():
            for level in policy.level_ids - policy.level_ids.filtered("is_final"):
                channels = {channel.value for channel in level._channels()}
                if level.fallback_letter:
                    channels.add("letter")
                for channel in channels:
                    for lang in LANGUAGES:
                        with self.subTest(
                            profile=profile,
                            level=level.code,
                            channel=channel,
                            lang=lang,
                        ):
                            text = level._find_template(channel, lang)
                            self.assertEqual(text.lang, lang)
                            self.assertEqual(text.tone, level.tone)

    def test_every_text_passes_the_checks_of_a_text(self):
        texts = self.env["recouvrement.template"].search([])
        # Two levels are on nobody's ladder: their texts are for whoever owes.
        own_levels = ("level_penalties", "level_on_demand")
        for_everybody = self.env["recouvrement.template"].union(
            *(
                self.env.ref(f"odoo_recouvrement.{name}").template_ids
                for name in own_levels
            )
        )
        self.assertGreaterEqual(len(texts), 40)
        for text in texts:
            with self.subTest(text=text.name, channel=text.channel, lang=text.lang):
                self.assertEqual(text._problems(), [])
                self.assertEqual(text.version, 1)
                self.assertEqual(bool(text.profile), text not in for_everybody)

    def test_texts_of_a_ladder_are_written_for_its_debtors(self):
        for profile, policy in self.policies.items():
            texts = policy.level_ids.template_ids
            self.assertEqual(set(texts.mapped("profile")), {profile})

    def test_rules_give_each_profile_its_ladder(self):
        rules = self.env["recouvrement.policy.rule"]
        assigned = rules._assign(
            self.env.company,
            {
                self.env["res.partner"].create({"name": profile}).id: (profile, 100.0)
                for profile in self.policies
            },
        )
        self.assertEqual(
            list(assigned.values()),
            [self.policies[p].id for p in ("public", "consumer", "business")],
        )

    def test_no_company_is_chased_before_somebody_says_so(self):
        company = self.env["res.company"].create({"name": "New"})
        self.assertRecordValues(
            company,
            [
                {
                    "recouvrement_is_live": False,
                    "recouvrement_contacts_per_week": 2,
                    "recouvrement_contacts_per_week_consumer": 1,
                    "recouvrement_bank_max_age": 5,
                    "recouvrement_region": "metropole",
                }
            ],
        )

    def test_schedule(self):
        for name in ("run", "dispatch"):
            cron = self.env.ref(f"odoo_recouvrement.ir_cron_{name}")
            self.assertTrue(cron.active)
            self.assertIn(f"_cron_{name}()", cron.code)

    def test_installed_records_survive_an_update(self):
        """What somebody changed in a ladder or a text is theirs."""
        data = self.env["ir.model.data"].search(
            [
                ("module", "=", "odoo_recouvrement"),
                ("model", "in", ["recouvrement.policy", "recouvrement.policy.level",
                                 "recouvrement.policy.rule", "recouvrement.template"]),
            ]
        )  # fmt: skip
        self.assertGreater(len(data), 60)
        self.assertTrue(all(data.mapped("noupdate")))
