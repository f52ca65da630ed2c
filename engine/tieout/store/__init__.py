"""What tieout remembers: immutable snapshots, the journal with its fold, and the lock."""
