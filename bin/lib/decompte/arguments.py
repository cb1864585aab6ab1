"""What may be asked, and how a bad argument is refused."""

import argparse
import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, NoReturn

from core.allocation import Movement, MovementKind, Order
from core.claim import Claim, Conventions
from core.day_count import DayCount
from core.faults import Fault, InvalidInput, check_amount, check_day, check_rate
from core.regime import BUSINESS, CONSUMER, NONE, PUBLIC, Regime, contractual
from core.schedule import HIGHEST_RATE, Formula

BAD_ARGUMENT = 2
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

REGIMES = {"business": BUSINESS, "public": PUBLIC, "consumer": CONSUMER, "none": NONE}
FAULTS = {
    Fault.NOT_A_NUMBER: "n'est pas un nombre (décimales après un point : 1250.40)",
    Fault.NOT_POSITIVE: "n'est pas un montant positif",
    Fault.TOO_LARGE: "est trop grand pour une facture",
    Fault.TOO_PRECISE: "a plus de deux décimales",
    Fault.RATE_OUT_OF_RANGE: "n'est pas un taux en pour cent entre 0 et 100",
    Fault.DATE_OUT_OF_RANGE: "est hors du calendrier (de 1950 à 2999)",
}
EPILOG = """\
Les jours courent du lendemain de l'échéance (consommateur : du lendemain de la mise
en demeure, si elle est postérieure) à la date d'arrêté ou de paiement incluse. Un
paiement ou un avoir change la base dès le lendemain ; daté de l'échéance ou avant,
il la réduit dès le départ. Un avoir réduit le prix : il ne s'impute que sur le
principal. Un paiement ne règle jamais l'indemnité de 40 €. L'intérêt est arrondi une
fois par ligne, au centime le plus proche, le demi-centime au-dessus.

Codes de sortie : 0, décompte établi ; 2, argument refusé ; 3, taux inconnu.
"""
# What argparse says, and how to say it in French.
PARSER_WORDS = (
    (r"the following arguments are required: (.*)", r"il manque \1"),
    (r"argument (\S+): expected one argument", r"\1 : il manque la valeur"),
    (
        r"argument (\S+): invalid choice: (.*) \(choose from (.*)\)",
        r"\1 n'admet pas \2 ; au choix : \3",
    ),
    (r"unrecognized arguments: (.*)", r"argument inconnu : \1"),
    (r"argument (\S+): (.*)", r"\1 : \2"),
)


class Asked(NamedTuple):
    """The arguments, as the core takes them."""

    claim: Claim
    regime: Regime
    as_of: date
    conventions: Conventions
    in_json: bool


def read_arguments(arguments: Sequence[str] | None) -> Asked:
    """Read the command line, or stop with what is wrong with it."""
    parser = make_parser()
    asked = parser.parse_args(arguments)
    movements = tuple(asked.movements)
    return Asked(
        Claim(asked.amount, asked.due, movements, notice_date=asked.notice),
        chosen_regime(parser, asked.regime, asked.rate),
        asked.as_of,
        Conventions(Order(asked.allocation), DayCount(asked.day_count)),
        asked.json,
    )


class Parser(argparse.ArgumentParser):
    """One line for an error, in French."""

    def error(self, message: str) -> NoReturn:
        line = " ".join(message.split())
        for pattern, french in PARSER_WORDS:
            line, count = re.subn(f"^{pattern}$", french, line)
            if count:
                break
        self.exit(BAD_ARGUMENT, f"erreur : {line}\n")


def checked(value: str, check: Callable[[], None]) -> None:
    """Say in French what the core refuses."""
    try:
        check()
    except InvalidInput as error:
        raise argparse.ArgumentTypeError(f"{value} {FAULTS[error.fault]}") from None


def number(text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        words = FAULTS[Fault.NOT_A_NUMBER]
        raise argparse.ArgumentTypeError(f"{text or 'rien'} {words}")
    return Decimal(text)


def amount(text: str) -> Decimal:
    value = number(text)
    checked(text, lambda: check_amount(value))
    return value


def rate(text: str) -> Decimal:
    value = number(text)
    checked(text, lambda: check_rate(value, HIGHEST_RATE))
    return value


def day(text: str) -> date:
    try:
        if not DAY.fullmatch(text):
            raise ValueError(text)
        value = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text or 'rien'} n'est pas une date (AAAA-MM-JJ)"
        ) from None
    checked(text, lambda: check_day(value))
    return value


def movement(kind: MovementKind) -> Callable[[str], Movement]:
    def read(text: str) -> Movement:
        when, separator, how_much = text.partition(":")
        if not separator:
            raise argparse.ArgumentTypeError(
                f"{text} n'est pas de la forme DATE:MONTANT"
            )
        return Movement(day(when), amount(how_much), kind)

    return read


def make_parser() -> Parser:
    parser = Parser(
        prog="bin/decompte",
        description="Décompte des intérêts de retard d'une facture, sans Odoo ni base.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    required = {"required": True}
    add("--amount", type=amount, metavar="MONTANT", help="montant TTC", **required)
    add("--due", type=day, metavar="DATE", help="échéance, AAAA-MM-JJ", **required)
    add("--as-of", type=day, metavar="DATE", help="date d'arrêté, incluse", **required)
    add(
        "--regime",
        choices=[*REGIMES, "contractual"],
        help="régime du débiteur",
        **required,
    )
    add(
        "--rate",
        type=rate,
        metavar="TAUX",
        help="taux convenu entre professionnels, en %%",
    )
    add(
        "--payment",
        type=movement(MovementKind.PAYMENT),
        action="append",
        dest="movements",
        metavar="DATE:MONTANT",
        default=[],
        help="paiement reçu ; autant de fois qu'il y en a",
    )
    add(
        "--credit-note",
        type=movement(MovementKind.CREDIT_NOTE),
        action="append",
        dest="movements",
        metavar="DATE:MONTANT",
        help="avoir : il réduit le prix, donc le seul principal",
    )
    add(
        "--allocation",
        type=str,
        choices=[order.value for order in Order],
        default=Order.INTEREST_FIRST.value,
        help="imputation des paiements ; par défaut interest_first, comme le veut"
        " C. civ. 1343-1 sauf accord contraire",
    )
    add(
        "--notice",
        type=day,
        metavar="DATE",
        help="mise en demeure, au jour de sa réception (consommateur)",
    )
    add(
        "--day-count",
        choices=[count.value for count in DayCount],
        default=DayCount.FIXED_365.value,
        help="jours de l'année : 365 (par défaut) ou actual (366 si bissextile)",
    )
    add("--json", action="store_true", help="en JSON plutôt qu'en texte")
    return parser


def chosen_regime(parser: Parser, name: str, agreed: Decimal | None) -> Regime:
    if agreed is not None:
        if name not in ("business", "contractual"):
            parser.error(
                "--rate ne va qu'avec --regime business : ailleurs la loi fixe le taux"
            )
        return contractual(Formula(points=agreed))
    if name == "contractual":
        parser.error("--regime contractual demande --rate")
    return REGIMES[name]
