from . import recouvrement_exclude
from . import recouvrement_postpone
from . import recouvrement_withdraw
from . import recouvrement_posted
from . import recouvrement_gate
from . import recouvrement_template_preview
from . import recouvrement_golive
from . import recouvrement_dispute
