"""Let `python -m app` do what the command `footing` does."""

import sys

from app.cli import main

sys.exit(main())
