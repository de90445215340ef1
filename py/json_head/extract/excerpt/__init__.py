"""Shows where a link is: the lines around it, and the part of them that is the link."""
