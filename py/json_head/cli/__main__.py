"""Runs the command as ``python -m json_head.cli``, for use when its script is not on the PATH."""

from json_head.cli import main

main()
