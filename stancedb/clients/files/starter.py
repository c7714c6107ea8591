"""Who stands where, in Python. Run it with: python starter.py; it needs psycopg (pip install 'psycopg[binary]').

The password comes from the variable PGPASSWORD or from ~/.pgpass, and never from this file. For a data frame, hand the
rows to pandas.DataFrame or polars.DataFrame.
"""

import psycopg
from psycopg.rows import dict_row

READER = "host=@host@ port=@port@ dbname=@database@ user=@login@ sslmode=@sslmode@"

TODAY = """
SELECT issue_code, holder_name, position_label, valid_from, evidence_count
FROM reporting.stance_wide
WHERE is_default_rule AND is_current
ORDER BY issue_code, position_rank, holder_name
"""
CHANGES = """
SELECT change_date, issue_code, holder_name, change_label, from_position_label, position_label, quote_text
FROM reporting.stance_change_wide
WHERE is_default_rule AND NOT is_initial
ORDER BY change_date DESC
"""
RELEASE = "SELECT as_of_date, changeset_number FROM reporting.data_release"

with psycopg.connect(READER, row_factory=dict_row) as reader:
    # All queries see one state of the database, even if it is refreshed in the meantime.
    reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    release = reader.execute(RELEASE).fetchone()
    today = reader.execute(TODAY).fetchall()
    changes = reader.execute(CHANGES).fetchall()

if release:
    print(f"As of {release['as_of_date']}, at changeset {release['changeset_number']}")
print("\nWhere everybody stands:")
for row in today[:20]:
    print(f"  {row['issue_code']}: {row['holder_name']} {row['position_label']!r} since {row['valid_from']}")
print("\nWho changed:")
for row in changes[:20]:
    print(
        f"  {row['change_date']} {row['holder_name']}, {row['change_label']}: "
        f"{row['from_position_label']!r} to {row['position_label']!r}"
    )
    print(f"    “{row['quote_text']}”")
