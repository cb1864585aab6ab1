"""bin/decompte: the statement of late interest of one invoice, in French or in JSON.

Only words are here: the law is in the addon's core. A bad argument is one line on
the error output and exit code 2, a rate that is not known exit code 3.
"""
