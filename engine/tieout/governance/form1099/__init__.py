"""Form 1099-NEC: what each vendor was paid in a calendar year, and whether that is to be reported."""
