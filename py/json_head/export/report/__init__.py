"""The parts of the exports that tell people what to do: the report (HTML) and the task list (Markdown)."""
