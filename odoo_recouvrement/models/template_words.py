"""What is wrong with a text, in words: one sentence per code of the core."""


def word_problem(env, problem) -> str:
    """The sentence of a ``core.template.Problem``, with its line when it is known."""
    sentence = _sentence(env, problem.code, problem.detail)
    if not problem.line:
        return sentence
    return env._("Line %(line)s: %(sentence)s", line=problem.line, sentence=sentence)


def _sentence(env, code: str, detail: str) -> str:
    sentences = {
        "syntax": env._("the text cannot be read (%(detail)s).", detail=detail),
        "forbidden": env._(
            "“%(detail)s” is not allowed in a text: use the documented variables, "
            "conditions and loops.",
            detail=detail,
        ),
        "unknown_filter": env._("there is no filter “%(detail)s”.", detail=detail),
        "unknown_variable": env._(
            "there is no variable “%(detail)s”: see the list beside the editor.",
            detail=detail,
        ),
        "bad_value": env._(
            "a value cannot be used that way (%(detail)s).", detail=detail
        ),
        "not_printable": env._(
            "a value of kind “%(detail)s” cannot be printed: name one of its parts.",
            detail=detail,
        ),
        "too_complex": env._("the text is too long or too nested."),
        "too_many_turns": env._("a loop turns too many times."),
        "too_long": env._("the message would be too long."),
        "no_subject": env._(
            "the text does not say that it is about invoices or an account."
        ),
        "no_payment": env._("the text does not say that it is about a payment."),
        "no_amount": env._("the text does not say the amount: use {{ total|money }}."),
        "no_sender": env._("the text does not say who writes: use {{ company.name }}."),
        "commercial_offer": env._(
            "“%(detail)s” is a commercial offer: a reminder is not an advertisement.",
            detail=detail,
        ),
        "early_threat": env._(
            "“%(detail)s” is too early in this tone: keep it for the formal notice.",
            detail=detail,
        ),
        "forbidden_threat": env._(
            "“%(detail)s” may not be announced to a debtor (Code de la consommation, "
            "art. L121-6).",
            detail=detail,
        ),
        "consumer_fee": env._(
            "“%(detail)s”: no recovery fee may be asked from a consumer (Code des "
            "procédures civiles d’exécution, art. L111-8).",
            detail=detail,
        ),
    }
    return sentences.get(code, f"{code}: {detail}")
