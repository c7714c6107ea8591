"""List the repeatable objects of the workbench: functions that check the caller; coders cannot access its tables."""

from __future__ import annotations

from stancedb.installed import Objects

OBJECTS = Objects(
    __file__,
    "stancedb",
    {
        "acting_coder(text)": "The coder whom this session works as: that of the login, or the one the owner names.",
        "own_assignment(bigint, text, text[])": "Locks an assignment of the acting coder in one of some states.",
        "visible_assignments()": "The assignments that this session may see, with how many findings each has.",
        "assigned_text(bigint, text)": "An assignment of the acting coder, with the draft of its form.",
        "current_findings(bigint)": "The findings of an assignment that are neither withdrawn nor corrected, as far as"
        " this session may see them.",
        "next_assignment(bigint, text)": "The first open assignment in the queue of the acting coder.",
        "last_step(text)": "The last thing that the acting coder did today and did not undo.",
        "is_single(bigint)": "Whether nobody else is assigned the text of an assignment in its round.",
        "take_assignment(text, text)": "Takes the next text of a round from the pool.",
        "start_assignment(bigint, text)": "Records when the coder first opened the text.",
        "save_draft(bigint, text, bigint, text)": "Saves an unfinished form, unless a later one is saved.",
        "save_finding(bigint, text, integer, integer, text, jsonb, integer, double precision)": "Adds a finding to an"
        " open assignment, or corrects one.",
        "withdraw_finding(bigint, text, integer)": "Takes a finding of an open assignment back.",
        "withdraw_findings(bigint, text, integer[])": "Takes findings of an open assignment back, with those that they"
        " corrected.",
        "postpone_assignment(bigint, text)": "Puts an assignment at the end of the queue of its coder.",
        "advance_assignment(bigint, text)": "Makes an assignment that was put off the next of its coder again.",
        "report_problem(bigint, text, text, text)": "Sets an assignment aside because the text cannot be coded.",
        "finish_assignment(bigint, text, double precision, boolean)": "Marks an assignment as done, released or not.",
        "link_findings(bigint, text, integer[], bigint[], bigint[])": "Records which statement and coding each finding"
        " was released as.",
        "reopen_assignment(bigint, text, text)": "Reopens an assignment that was not released.",
        "released_rounds()": "The round of each assignment that codings come from.",
        "withdraw_release()": "Reopens the assignments that the undone changeset released.",
    },
    witness="acting_coder(text)",
)
