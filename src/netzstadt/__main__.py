"""``python -m netzstadt`` is the command ``netzstadt``."""

from netzstadt.cli import main

main()
