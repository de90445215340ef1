"""Settings for Sphinx, which builds this folder into the site's docs/: see build_docs in scripts/env/setup.sh."""

project = "json-head lite"
extensions = ["myst_parser", "sphinx_copybutton"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = project
html_copy_source = False
html_show_sourcelink = False
