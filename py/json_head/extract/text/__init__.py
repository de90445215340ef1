"""Links in plain text, and URLs in running text of any format."""
