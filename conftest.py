"""Let the pure tests import ``odoo_recouvrement.core`` without loading Odoo."""

import os
import sys
import types
from pathlib import Path

_stub = types.ModuleType("odoo_recouvrement")
_stub.__path__ = [str(Path(__file__).parent / "odoo_recouvrement")]
sys.modules.setdefault("odoo_recouvrement", _stub)

# System tests need what bin/test prepares: a database to copy, a server to talk to.
collect_ignore = [] if "RECOUVREMENT_DB_TEMPLATE" in os.environ else ["tests/system"]
