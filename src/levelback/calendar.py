"""The plan as a calendar file (.ics) that calendar programs read.

Times are those of the clock on the wall, without a time zone: a session at six stays at six.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event

from levelback.advice import Plan
from levelback.errors import UsageError
from levelback.report.plan_text import dose_line
from levelback.report.programme import ItemText, PhaseText, word_phases

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPREAD = {
    1: (0,), 2: (0, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4), 6: (0, 1, 2, 3, 4, 5),
    7: (0, 1, 2, 3, 4, 5, 6),
}  # fmt: skip
"""Weekdays, 0 for Monday, by how many there are in a week."""
WEEKS = 8
WORK_STARTS, WORK_ENDS = time(9), time(17)
BREAK = "Get up: stand, stretch, walk a few steps."


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """When to train.

    first_day   the first week begins on this day
    days        weekdays, 0 for Monday
    at          when a session begins
    break_minutes   an alarm every so many minutes from 9 to 17 on working days; None: no alarms
    """

    first_day: date
    days: tuple[int, ...]
    at: time = time(18)
    break_minutes: int | None = None


def parse_days(text: str | None, count: int) -> tuple[int, ...]:
    """Return the weekdays of a text like ``mon,wed,fri``; for None, `count` days spread over the week."""
    if text is None:
        return SPREAD[count]
    words = [word.strip().lower()[:3] for word in text.split(",")]
    unknown = [
        name.strip() for name, word in zip(text.split(","), words, strict=True) if word not in WEEKDAYS
    ]
    if unknown:
        raise UsageError(f"There is no weekday '{unknown[0]}'; write them like mon,wed,fri.")
    return tuple(sorted({WEEKDAYS.index(word) for word in words}))


def next_monday(today: date) -> date:
    """Return the first Monday after `today`."""
    return today + timedelta(days=7 - today.weekday())


def make_calendar(plan: Plan, times: Times, *, stamp: datetime) -> bytes:
    """Return the sessions of a plan as an iCalendar file; `stamp` (UTC) says when it was made.

    Each phase is one repeating event with its exercises in the description; the later phases begin with the
    release work. Raises UsageError where the screening forbids exercise or leaves it to a doctor.
    """
    phases = word_phases(plan)
    if not phases or plan.screening.status == "see_doctor_first":
        raise UsageError("No calendar was made: see a doctor before you do these exercises.")
    calendar = Calendar()
    calendar.add("prodid", "-//levelback//plan//EN")
    calendar.add("version", "2.0")
    release = next((phase.items for phase in phases if phase.id == "release"), ())
    events = [_session(phase, release, plan, times) for phase in phases]
    events.append(_photo_day(times))
    if times.break_minutes is not None:
        events.append(_breaks(times, times.break_minutes))
    for event in events:
        event.add("dtstamp", stamp)
        event.add("uid", f"{event['summary']}-{times.first_day}@levelback".replace(" ", "-").lower())
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _session(phase: PhaseText, release: tuple[ItemText, ...], plan: Plan, times: Times) -> Event:
    first, last = phase.weeks or (1, WEEKS)
    start = datetime.combine(_first_on(times.first_day + timedelta(weeks=first - 1), times.days), times.at)
    event = Event()
    event.add("summary", f"levelback {phase.title.lower()}")
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(minutes=plan.minutes))
    event.add("rrule", _weekly(times.days, (last - first + 1) * len(times.days)))
    event.add("description", "\n".join(_description(phase, release, plan)))
    return event


def _description(phase: PhaseText, release: tuple[ItemText, ...], plan: Plan) -> Iterator[str]:
    yield from plan.screening.reasons
    if phase.id != "release" and release:
        yield "First, a short round of release work:"
        yield from (f"- {item.name}: {dose_line(item)}" for item in release)
        yield f"Then {phase.title.lower()}:"
    yield from (f"- {item.name}: {dose_line(item)}" for item in phase.items)
    if phase.move_on:
        yield phase.move_on


def _photo_day(times: Times) -> Event:
    event = Event()
    event.add("summary", "levelback new photo")
    event.add("dtstart", times.first_day + timedelta(weeks=WEEKS))
    event.add("description", "Take a new photo, as the first one was taken, and compare.")
    return event


def _breaks(times: Times, minutes: int) -> Event:
    workdays = SPREAD[5]
    day = _first_on(times.first_day, workdays)
    start, end = datetime.combine(day, WORK_STARTS), datetime.combine(day, WORK_ENDS)
    event = Event()
    event.add("summary", "levelback microbreaks")
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("rrule", _weekly(workdays, WEEKS * len(workdays)))
    event.add("transp", "TRANSPARENT")
    event.add("description", f"Every {minutes} minutes. {BREAK}")
    for number in range(1, int((end - start) / timedelta(minutes=minutes))):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", BREAK)
        alarm.add("trigger", timedelta(minutes=number * minutes))
        event.add_component(alarm)
    return event


def _first_on(day: date, weekdays: tuple[int, ...]) -> date:
    """Return the first day from `day` on that is one of the weekdays."""
    return next(one for ahead in range(7) if (one := day + timedelta(days=ahead)).weekday() in weekdays)


def _weekly(days: tuple[int, ...], count: int) -> dict[str, object]:
    return {"freq": "weekly", "byday": [WEEKDAYS[day][:2].upper() for day in days], "count": count}
