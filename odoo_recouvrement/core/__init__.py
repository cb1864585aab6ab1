"""The law and the decisions: pure Python, no Odoo, no clock, Decimal money.

One module is one idea. Plain values come in, plain values go out: codes rather
than sentences, errors with a precise type, and every date is an argument.
"""
