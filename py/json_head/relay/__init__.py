"""Uses a json-head HTTP API that checks links on behalf of the page or the command."""
