"""The sources that the command reads: files, folders, standard input and URLs."""
