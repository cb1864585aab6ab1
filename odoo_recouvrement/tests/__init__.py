from . import test_bounce
from . import test_dispatch
from . import test_letter
from . import test_reasons
from . import test_reminder
