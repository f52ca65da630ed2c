-- in:    nothing
-- out:   macros: divide, rounded, power_of_ten, decimal_text, by_way, exchange_text,
--        exchanged, round_to, part, rate_text, open_to, is_chained, base_key;
--        week_of, salary_begins, salary_ends, salary_until, fraction, plus, in_cents, books_currency
-- grain: -
-- why:   one division rounds everywhere, half away from zero, in integers: `//` floors negatives,
--        `/` and avg are DOUBLE, sum(BIGINT) is HUGEINT. A result out of range is an error, never a
--        silent wrap: the cast refuses it.
create or replace macro divide(a, b) as
    (sign(a) * ((2 * abs(a)::hugeint + b) // (2 * b::hugeint)))::bigint;

-- the same by another mode of rules/currency: half_even, half_down (towards zero), up (away from it), down.
create or replace macro rounded(a, b, mode) as
    case when mode = 'half_away' then divide(a, b)
         else (sign(a) * (abs(a)::hugeint // b::hugeint + case mode
            when 'up' then (abs(a)::hugeint % b::hugeint > 0)::integer
            when 'down' then 0
            when 'half_down' then (2 * (abs(a)::hugeint % b::hugeint) > b)::integer
            else (2 * (abs(a)::hugeint % b::hugeint) + (abs(a)::hugeint // b::hugeint) % 2 > b)::integer
            end))::bigint end;

create or replace macro power_of_ten(n) as ('1' || repeat('0', n::bigint))::hugeint;

-- an integer of so many decimals as it was published.
create or replace macro decimal_text(digits, scale) as
    case when scale = 0 then digits::varchar
         else concat(digits // power_of_ten(scale), '.',
                     lpad((digits % power_of_ten(scale))::varchar, scale::integer, '0')) end;

-- the amount in the common currency, on the way from one currency to another.
create or replace macro by_way(x, unit_from, n1, d1, places, mode) as
    rounded(x::hugeint * n1 * power_of_ten(places), d1::hugeint * unit_from, mode);

-- what a converted line says: 140.00 USD / 1.1000 = 127.273 EUR * 0.8800 of 2026-03-02 by ecb.
create or replace macro exchange_text(shown, x, unit_from, n1, d1, n2, told1, told2, places, common, day, source, mode) as
    concat(shown, told1, case when n2 is not null and places >= 0
               then concat(' = ', decimal_text(by_way(x, unit_from, n1, d1, places, mode), places), ' ', common) end,
           told2, ' of ', day, ' by ', source);

-- an amount in units of one currency in units of another, by one or two published rates (n / d each):
-- rounded once, and before that on the way to `places` decimals, unless those are below zero.
create or replace macro exchanged(x, unit_from, unit_to, n1, d1, n2, d2, places, mode) as
    case when places < 0 or n2 is null
         then rounded(x::hugeint * n1 * coalesce(n2, 1) * unit_to, d1::hugeint * coalesce(d2, 1) * unit_from, mode)
         else rounded(by_way(x, unit_from, n1, d1, places, mode)::hugeint * n2 * unit_to,
                      d2::hugeint * power_of_ten(places), mode) end;

-- x to a multiple of inc: nearest (half up), up, down; a remainder within the grace goes the other way.
-- nearest_minute_first is nearest of whole minutes: seven minutes and 59 seconds are seven (29 CFR 785.48);
-- nearest_minute_up rises from half of inc in whole minutes, rounded down.
create or replace macro round_to(x, inc, mode, grace) as
    (x // inc) * inc
    + case mode
        when 'nearest' then case when 2 * (x % inc) >= inc then inc else 0 end
        when 'nearest_minute_first' then case when 2 * (x % inc // 60 * 60) >= inc then inc else 0 end
        when 'nearest_minute_up' then
            case when if(inc < 120, 2 * (x % inc) >= inc, x % inc >= inc // 120 * 60) then inc else 0 end
        when 'half_down' then case when 2 * (x % inc) > inc then inc else 0 end
        when 'half_even' then case when 2 * (x % inc) + x // inc % 2 > inc then inc else 0 end
        when 'up'      then case when (x % inc) > grace then inc else 0 end
        else                case when (x % inc) > 0 and (x % inc) >= inc - grace and grace > 0 then inc else 0 end
      end;

-- one field of a match key: its length before its text, so that no two lists of fields read alike.
create or replace macro part(mask, flag, field) as
    case when mask & flag = 0 then '' else length(field) || ':' || field || ';' end;

-- a scaled rate as people write it: at least two decimals, no more than needed.
create or replace macro rate_text(rate) as
    concat(rate // 10000, '.',
           case when rate % 100 = 0 then lpad(((rate % 10000) // 100)::varchar, 2, '0')
                when rate % 10 = 0 then lpad(((rate % 10000) // 10)::varchar, 3, '0')
                else lpad((rate % 10000)::varchar, 4, '0') end);

-- whether a tier that is only for those paid less than a rate holds; for a rate that nobody knows it does.
create or replace macro open_to(rate_below, rate) as
    rate_below is null or rate is null or rate < rate_below;

-- whether a key is that of an adjustment: K~1, or K~r~1 of a reversal K~r, which is a document by itself.
create or replace macro is_chained(key) as contains(key, '~') and not ends_with(key, '~r');

-- the document that a key adjusts, else itself.
create or replace macro base_key(key) as
    case when is_chained(key) then regexp_replace(key, '~[0-9]+$', '') else key end;

-- the first day of a day's workweek
create or replace macro week_of(day) as
    (day - ((isodow(day) + 6 - getvariable('week_starts')) % 7)::integer)::date;

-- The pay period of a salary that a day of a week lies in. Two weeks are counted from the week in which the
-- salary begins; that of a year is paid by months.
create or replace macro salary_begins(period, day, week, first_week) as
    case period
        when 'week' then week
        when 'biweek' then week - 7 * ((((week - first_week) // 7) % 2 + 2) % 2)::integer
        when 'semimonth' then date_trunc('month', day)::date + if(day(day) > 15, 15, 0)
        else date_trunc('month', day)::date end;
create or replace macro salary_ends(period, begins) as
    case period
        when 'week' then begins + 6
        when 'biweek' then begins + 13
        when 'semimonth' then if(day(begins) = 1, begins + 14, last_day(begins))
        else last_day(begins) end;

-- What a salary comes to from the first day of its period (of a year: from January) until so many days of
-- the period are over, in minor units: a part of a period by its days, each sum rounded.
create or replace macro salary_until(period, amount, unit, begins, days) as
    divide(
        amount::hugeint * 3600 * (if(period = 'year', month(begins) - 1, 0)
                                  * (salary_ends(period, begins) - begins + 1) + days),
        unit::hugeint * (salary_ends(period, begins) - begins + 1) * if(period = 'year', 12, 1));

-- Exact fractions of ten-thousandths an hour, in lowest terms.
create or replace macro fraction(num, den) as
    {n: num::hugeint // greatest(gcd(num::hugeint, den::hugeint), 1),
     d: den::hugeint // greatest(gcd(num::hugeint, den::hugeint), 1)};
create or replace macro plus(a, b) as
    fraction(a.n * b.d + b.n * a.d, a.d * b.d);

-- A rate to whole minor units an hour: 29 CFR 778.322 rounds it before it is multiplied.
create or replace macro in_cents(rate, unit) as
    {n: divide(rate.n * 3600, rate.d * unit)::hugeint * (unit // 3600), d: 1::hugeint};

-- The currency of an entity's books by its number; of none the company's.
create or replace macro books_currency(entity_no) as getvariable('books_currency')[coalesce(entity_no, 0) + 1];
