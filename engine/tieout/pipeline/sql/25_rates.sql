-- in:    source_rate (the snapshots' Parquet), worker_row, project_row
-- out:   pay_rate
-- grain: worker, project (0: any), earning ('': any) and the days on which the rate holds
-- why:   a rate without an end lasts until the next one of the same worker, project and earning.
create temp table pay_rate as
select
    w.worker_no, coalesce(p.project_no, 0) as project_no, coalesce(r.earning, '') as earning,
    r.from_date as from_,
    least(coalesce(r.to_date, date '9999-12-31'),
          coalesce(lead(r.from_date) over (partition by r.worker, r.project, r.earning
                                           order by r.from_date) - 1, date '9999-12-31')) as to_,
    r.rate, r.currency
from source_rate r
join (select distinct id, worker_no from worker_row) w on w.id = r.worker
left join (select distinct id, project_no from project_row) p on p.id = r.project
where r.project is null or p.project_no is not null;

-- assert: two rates never hold for the same thing on the same day
select a.worker_no, a.from_ from pay_rate a
join pay_rate b on a.worker_no = b.worker_no and a.project_no = b.project_no and a.earning = b.earning
 and a.from_ < b.from_ and a.to_ >= b.from_;
