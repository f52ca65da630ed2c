"""Who may do what to the books, and the record of who did."""
