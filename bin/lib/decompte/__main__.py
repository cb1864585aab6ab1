"""Where bin/decompte begins."""

import sys

from decompte.command import main

sys.exit(main())
