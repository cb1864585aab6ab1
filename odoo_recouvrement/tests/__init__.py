from . import test_dispatch
from . import test_letter
from . import test_reminder
from . import test_bounce
