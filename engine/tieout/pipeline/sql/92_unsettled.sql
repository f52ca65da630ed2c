-- in:    differing, written, applied, actual, books_text (what the books hold of the differing), target
-- out:   unsettled
-- grain: a document key in which the three states don't agree, with all three
-- why:   only the texts of these few are ever looked at, by planning, document by document. What we
--        wrote last is kept once: where the books hold just that, the text is theirs.
create temp table unsettled as
with wanted as (
    select w.document, w.json, t.name as target
    from written w join target t using (target_no) semi join differing s on s.key = w.document
), wrote as (
    select a.* from applied a semi join differing s on s.target = a.target and s.key = a.key
), held as (
    select b.target, b.key, b.digest, x.document, b.remote_id, b.version, b.final
    from actual b join books_text x on x.target = b.target and x.key = b.key
)
select s.target, s.key, s.base,
    case when d.document is not null then coalesce(d.json, b.document) end as desired,
    case when a.digest = b.digest then b.document else a.document end as applied, b.document as actual,
    a.sequence, a.config, b.remote_id, b.version, b.final
from differing s
left join wanted d on d.document = s.key and d.target = s.target
left join wrote a on a.target = s.target and a.key = s.key
left join held b on b.target = s.target and b.key = s.key;
