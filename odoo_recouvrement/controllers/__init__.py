from . import agreement
from . import debtor_space
from . import payment
from . import portal
