-- in:    applied_state (what we last wrote), books_record (what the books hold now), target
-- out:   applied, actual (views)
-- grain: one document key of one target
-- why:   all three states are projected documents with a digest, so that the diff is a join. A chain
--        K, K~1, K~2 … is told apart from plain documents: planning adds it up.
create temp view applied as
select a.*, base_key(a.key) as base, is_chained(a.key) as chained
from applied_state a join target t on t.name = a.target;

create temp view actual as
select b.*, base_key(b.key) as base, is_chained(b.key) as chained
from books_record b join target t on t.name = b.target;

-- assert: the books hold a key once
select target, key from actual group by target, key having count(*) > 1;
