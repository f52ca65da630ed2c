"""How long a record is to be kept."""
