"""The plan as a calendar: sessions on the chosen days, with their exercises, and breaks where asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from icalendar import Calendar

from helpers import reports
from levelback.advice import check_answers, load_questions
from levelback.calendar import SPREAD, Times, make_calendar, next_monday, parse_days
from levelback.errors import UsageError
from levelback.report import replan

STAMP = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
MONDAY = date(2026, 3, 16)
CLEARED = {q.id: False for q in load_questions().values() if q.group == "red_flag"}


def plan(**answers):
    return replan(reports.left_hip_high(), check_answers(CLEARED | answers)).plan


def events(plan, **times):
    times = {"first_day": MONDAY, "days": (0, 2, 4)} | times
    calendar = Calendar.from_ical(make_calendar(plan, Times(**times), stamp=STAMP))
    return {str(event["summary"]): event for event in calendar.walk("VEVENT")}


def test_each_phase_repeats_on_the_chosen_days_of_its_weeks():
    found = events(plan(minutes=25), at=time(7, 30))
    release, strengthen, integrate = (
        found[f"levelback {id}"] for id in ("release", "strengthen", "integrate")
    )
    assert release["dtstart"].dt == datetime(2026, 3, 16, 7, 30)
    assert strengthen["dtstart"].dt == datetime(2026, 3, 30, 7, 30)
    assert integrate["dtstart"].dt == datetime(2026, 4, 27, 7, 30)
    assert [event["rrule"]["count"] for event in (release, strengthen, integrate)] == [[6], [12], [6]]
    assert release["rrule"]["byday"] == ["MO", "WE", "FR"]
    assert release["dtend"].dt - release["dtstart"].dt == timedelta(minutes=25)
    assert found["levelback new photo"]["dtstart"].dt == date(2026, 5, 11)


def test_a_week_may_begin_on_any_day():
    found = events(plan(), first_day=date(2026, 3, 19), days=(0, 3))
    assert found["levelback release"]["dtstart"].dt.date() == date(2026, 3, 19)
    found = events(plan(), first_day=date(2026, 3, 20), days=(0, 3))
    assert found["levelback release"]["dtstart"].dt.date() == date(2026, 3, 23)


def test_a_session_lists_its_exercises_with_their_doses():
    found = events(plan())
    strengthen = str(found["levelback strengthen"]["description"]).splitlines()
    assert strengthen[0].startswith("First, a short round of release work")
    assert "- Standing side stretch: left 2 × 30 s, right 1 × 30 s" in strengthen
    assert "- Clam: left 2 × 20, right 1 × 20" in strengthen
    release = str(found["levelback release"]["description"])
    assert "Clam" not in release
    assert not release.startswith("First")


def test_breaks_are_alarms_only_where_asked_for():
    assert "levelback microbreaks" not in events(plan())
    event = events(plan(), break_minutes=45)["levelback microbreaks"]
    ahead = [alarm["trigger"].dt for alarm in event.walk("VALARM")]
    assert ahead == [timedelta(minutes=45 * n) for n in range(1, 10)]
    assert event["transp"] == "TRANSPARENT"
    assert event["rrule"]["byday"] == ["MO", "TU", "WE", "TH", "FR"]


def test_the_same_plan_gives_the_same_file_and_no_two_events_share_an_id():
    times = Times(first_day=MONDAY, days=(0, 2, 4), break_minutes=30)
    first, again = (make_calendar(plan(), times, stamp=STAMP) for _ in range(2))
    assert first == again
    ids = [str(event["uid"]) for event in Calendar.from_ical(first).walk("VEVENT")]
    assert len(ids) == len(set(ids)) == 5


@pytest.mark.parametrize("answers", [{"fever": True}, {"persistent_pain": True}])
def test_what_waits_for_a_doctor_gets_no_calendar(answers):
    with pytest.raises(UsageError, match="see a doctor"):
        make_calendar(plan(**answers), Times(first_day=MONDAY, days=(0,)), stamp=STAMP)


def test_unanswered_warning_signs_are_said_in_every_session():
    unanswered = replan(reports.left_hip_high(), check_answers({})).plan
    assert "warning signs are not answered" in str(events(unanswered)["levelback release"]["description"])


def test_weekdays():
    assert parse_days("Mon, thursday,mon", 3) == (0, 3)
    assert all(len(parse_days(None, count)) == count for count in SPREAD)
    with pytest.raises(UsageError, match="no weekday 'someday'"):
        parse_days("mon,someday", 3)
    assert next_monday(date(2026, 3, 14)) == MONDAY
    assert next_monday(MONDAY) == date(2026, 3, 23)
