-- How far the holders on an issue agree at the end of each period, and how far they stand apart.
--
-- Agreement: of all pairs of holders, the share that take the same position (Simpson 1949, without replacement).
-- Polarization: dissention after Tastle and Wierman 2007, on the ranks of the issue's positions: 0 where all take one
-- rank, 1 where half stands at each end. A position without a rank has no place on the scale and is counted apart.
WITH period AS (
    SELECT least(max(d.date_key), max(x.as_of_date)) AS on_day
    FROM reporting.dim_date d JOIN reporting.data_release x ON x.is_current
    WHERE d.date_key <= x.as_of_date
    GROUP BY date_trunc(CAST(:every AS text), CAST(d.date_key AS timestamp))
),
scale AS (
    SELECT p.issue_key, CAST(max(p.position_rank) AS integer) - min(p.position_rank) AS width
    FROM reporting.dim_position p JOIN reporting.dim_issue i ON i.issue_key = p.issue_key AND i.issue_code = :issue
    GROUP BY p.issue_key
),
held AS (
    SELECT t.on_day, s.actor_key, s.position_key, p.position_rank, c.width,
        avg(p.position_rank) OVER (PARTITION BY t.on_day) AS mean_rank,
        count(*) OVER (PARTITION BY t.on_day, s.position_key) AS alike
    FROM period t
    JOIN reporting.dim_rule r ON r.rule_code = :rule
    JOIN scale c ON true
    JOIN reporting.fact_stance s ON s.issue_key = c.issue_key AND s.rule_key = r.rule_key
        AND s.valid_from <= t.on_day AND s.valid_to_or_today > t.on_day
    JOIN reporting.dim_position p ON p.position_key = s.position_key
)
SELECT on_day, count(*) AS holders, count(DISTINCT position_key) AS positions,
    count(*) - count(position_rank) AS unranked,
    CASE WHEN count(*) > 1 THEN CAST(sum(alike - 1) AS double precision) / (count(*) * (count(*) - 1)) END AS agreement,
    CASE WHEN count(position_rank) > 1
        THEN abs(avg(ln(1 - CAST(abs(position_rank - mean_rank) AS double precision) / nullif(width, 0))))
            / ln(CAST(2 AS double precision)) END AS polarization
FROM held
GROUP BY on_day
ORDER BY on_day
