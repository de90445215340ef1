"""The decisions of a crawl: which targets of a site are read, which are only checked, and which are not requested at all."""
