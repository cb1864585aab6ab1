"""What keeps a mise en demeure from leaving, in words: the remedy and the article."""

from ..core.notice import ARTICLES, Finding


def word_finding(env, finding: Finding) -> str:
    """The sentence of a finding, with the text it rests on."""
    sentence = _sentences(env, finding.detail).get(finding.code) or (
        f"{finding.code}: {finding.detail}"
    )
    return f"{sentence} ({ARTICLES[finding.code]})"


def _sentences(env, detail: str) -> dict[str, str]:
    return {
        **_about_parties(env, detail),
        **_about_sums(env, detail),
        **_about_words(env, detail),
        **_about_signature(env, detail),
        **_about_guards(env, detail),
    }


def _about_parties(env, detail: str) -> dict[str, str]:
    return {
        "creditor_unnamed": env._(
            "The creditor has no name or no address: complete the company."
        ),
        "creditor_siren": env._(
            "The company's SIREN is missing or wrong: write its SIREN or SIRET on the "
            "company (company ID)."
        ),
        "debtor_unnamed": env._(
            "The debtor “%(name)s” has no name or no postal address: complete the "
            "customer.",
            name=detail,
        ),
        "debtor_siren": env._(
            "The debtor's SIREN is missing or wrong (%(number)s): write its SIREN or "
            "SIRET on the customer, so that nobody takes it for another.",
            number=detail,
        ),
    }


def _about_sums(env, detail: str) -> dict[str, str]:
    return {
        "no_invoice": env._(
            "No invoice is asked for: choose at least one that is due."
        ),
        "no_statement": env._(
            "The statement of interest cannot be worked out: %(why)s", why=detail
        ),
        "invoice_incomplete": env._(
            "Invoice “%(invoice)s” lacks its number, its date or its due date: "
            "complete it.",
            invoice=detail,
        ),
        "not_due": env._(
            "%(invoice)s is not due yet: only what is due can be demanded. Take it "
            "out.",
            invoice=detail,
        ),
        "bad_amount": env._(
            "%(invoice)s: what is asked is zero, negative or more than was invoiced. "
            "Look at its payments and credit notes.",
            invoice=detail,
        ),
        "sums_differ": env._(
            "Principal, interest and fees do not add up to the total (difference "
            "%(amount)s): the ledger has just changed, open the document again.",
            amount=detail,
        ),
        "consumer_fee": env._(
            "%(invoice)s asks a consumer for the 40 € or another fee: set the profile "
            "of the file, or the regime of the invoice, to “Consumer”.",
            invoice=detail,
        ),
        "consumer_interest": env._(
            "%(invoice)s asks a consumer for interest before any mise en demeure: it "
            "runs from this one only. Set its regime to “Consumer”.",
            invoice=detail,
        ),
        "unmatched_credit": env._(
            "A payment or credit note of %(amount)s is not matched yet: match it "
            "first, otherwise the interest would be asked on what has been paid.",
            amount=detail,
        ),
    }


def _about_words(env, detail: str) -> dict[str, str]:
    return {
        "no_delay": env._(
            "No delay to pay: set the days to pay of the level (usually 8 days, 15 for "
            "a consumer)."
        ),
        "short_delay": env._(
            "%(days)s days to pay are few: a judge expects a reasonable delay, usually "
            "8 or 15 days.",
            days=detail,
        ),
        "no_account": env._(
            "No bank account to pay into: choose one in the settings of the recovery."
        ),
        "bad_account": env._(
            "The IBAN %(iban)s is not valid: correct it on the company's bank account.",
            iban=detail,
        ),
        "no_basis": env._(
            "The text invokes no article and no contract: say on what the claim rests."
        ),
        "no_title": env._(
            "The text does not call itself “mise en demeure”: name it so."
        ),
        "no_demand": env._(
            "The text does not demand the payment (“nous vous mettons en demeure…”)."
        ),
        "no_consequence": env._(
            "The text does not say what may follow (the competent court…)."
        ),
        "imitation": env._(
            "“%(words)s” looks like the act of a court or an officer: take it out.",
            words=detail,
        ),
        "impossible_threat": env._(
            "“%(words)s” threatens with what the creditor cannot do: enforcement needs "
            "a title, and not paying is no crime. Take it out.",
            words=detail,
        ),
    }


def _about_signature(env, detail: str) -> dict[str, str]:
    return {
        "unsigned": env._(
            "Nobody signs: choose a signatory, or enter one in Configuration › Debt "
            "recovery › Signatories."
        ),
        "no_capacity": env._(
            "%(name)s signs in no capacity: complete the signatory (“Gérante”, "
            "“Directeur financier, par délégation”…).",
            name=detail,
        ),
        "unproved_power": env._(
            "The power of %(name)s to sign for the company is not proved: attach the "
            "delegation to the signatory.",
            name=detail,
        ),
        "expired_power": env._(
            "The power of %(name)s is not in force today: choose another signatory, or "
            "renew the delegation.",
            name=detail,
        ),
    }


def _about_guards(env, detail: str) -> dict[str, str]:
    return {
        "insolvent": env._(
            "%(invoice)s arose before the opening judgment: it may not be pursued. "
            "Declare it to the representative of the creditors.",
            invoice=detail,
        ),
        "over_indebted": env._(
            "The debtor's over-indebtedness file has been accepted: earlier debts may "
            "neither be pursued nor paid. Wait for the commission's measures."
        ),
        "disputed": env._(
            "%(invoice)s is disputed: answer the dispute and close it first, or take "
            "the invoice out.",
            invoice=detail,
        ),
        "no_consent": env._(
            "A consumer must have agreed beforehand to electronic registered letters: "
            "enter the consent and its proof on the file, or send it by post."
        ),
        "already_noticed": env._(
            "A mise en demeure has already reached the debtor for %(invoice)s.",
            invoice=detail,
        ),
    }
