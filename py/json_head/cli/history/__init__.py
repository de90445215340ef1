"""What is known of earlier runs and states: which findings are not new, and which links need no request."""
