"""A company's folder from nothing: what is written (`company`), and where to (`write`)."""
