"""The bench: the daily run on 10,000 and 100,000 invoices, beside a floor and a peer.

``bin/bench`` runs each module in a process of its own (``python -m benchmarks.ours
DATABASE``); each prints one JSON line, and ``table`` makes the table of them.
"""

from datetime import date, datetime

#: The day of the bench, a Monday on which messages may leave: the seeded ledger, the
#: runs and the mails are the same whenever the bench is run.
AS_OF = date(2026, 3, 16)
#: The hour of the dispatch, in UTC: 10:30 in Paris.
NOW = datetime(2026, 3, 16, 9, 30)
