"""Ask the core, print its answer."""

import json
import sys
from collections.abc import Sequence

from core.interest import statement
from core.rates import Reference, UnknownRate, shipped_rates

from .arguments import BAD_ARGUMENT, read_arguments
from .figures import as_json
from .text import REFERENCES, as_text, french_day

UNKNOWN_RATE = 3
TABLES = {
    Reference.ECB: "odoo_recouvrement/core/tables/ecb_refinancing_rate.csv",
    Reference.LEGAL: "odoo_recouvrement/core/tables/legal_interest_rate.csv",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the statement that the arguments ask for; return the exit code."""
    claim, regime, as_of, conventions, in_json = read_arguments(arguments)
    try:
        rates = shipped_rates()
    except ValueError as error:
        print(f"erreur : une table de taux est à corriger : {error}", file=sys.stderr)
        return BAD_ARGUMENT
    try:
        found = statement(claim, regime, as_of, rates, conventions)
    except UnknownRate as error:
        print(f"taux inconnu : {unknown_rate(error)}", file=sys.stderr)
        return UNKNOWN_RATE
    if in_json:
        print(json.dumps(as_json(found), ensure_ascii=False, indent=2))
    else:
        print(*as_text(found), sep="\n")
    return 0


def unknown_rate(error: UnknownRate) -> str:
    return (
        f"{REFERENCES[error.reference]} au {french_day(error.half_year.first_day)}"
        f" ({error.half_year}), à saisir avec sa source dans {TABLES[error.reference]}"
    )
