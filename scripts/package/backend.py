"""The build backend of the repository's top: hatchling, run in ``py/``."""

import os

os.chdir("py")

from hatchling.build import *
