"""The options of the commands, what they mean together, and the configuration that sets them."""
