"""The commands of ``netzstadt``, one file each; cli.py joins them."""
