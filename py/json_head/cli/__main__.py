"""``python -m json_head.cli``: the command, where its script is not on the path."""

from json_head.cli import main

main()
