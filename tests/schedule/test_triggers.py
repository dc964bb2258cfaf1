from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from douyinbot.schedule.triggers import cron_trigger, times_trigger

SHANGHAI, HELSINKI = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Helsinki")
START = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)  # a Thursday


def firings(trigger, count: int, start: datetime = START) -> list[datetime]:
    """The next times, as they come if nothing is ever late."""
    times: list[datetime] = []
    previous = None
    while len(times) < count:
        due = trigger.get_next_fire_time(previous, max(start, previous or start))
        if due is None:
            break
        times.append(due)
        previous = due
    return times


# ---- crontab lines --------------------------------------------------------------------------------


def weekdays(field: str) -> list[str]:
    """The days of one week on which "0 20 * * FIELD" is due, Sunday first."""
    trigger = cron_trigger(f"0 20 * * {field}", SHANGHAI)
    sunday = datetime(2026, 1, 4, tzinfo=SHANGHAI)
    due = trigger.get_next_fire_time(None, sunday)
    days = []
    while due < sunday + timedelta(days=7):
        days.append(due.strftime("%a").lower())
        due = trigger.get_next_fire_time(due, due + timedelta(seconds=1))
    return days


WEEK = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]


@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("0", ["sun"]),
        ("7", ["sun"]),
        ("1", ["mon"]),
        ("6", ["sat"]),
        ("fri", ["fri"]),
        ("FRI", ["fri"]),
        ("1-5", ["mon", "tue", "wed", "thu", "fri"]),
        ("5-7", ["sun", "fri", "sat"]),
        ("0-2", ["sun", "mon", "tue"]),
        ("0-7", WEEK),
        ("5-1", ["sun", "mon", "fri", "sat"]),
        ("fri-mon", ["sun", "mon", "fri", "sat"]),
        ("sat-sun", ["sun", "sat"]),
        ("sun-tue", ["sun", "mon", "tue"]),
        ("1,3,5", ["mon", "wed", "fri"]),
        ("0,sat", ["sun", "sat"]),
        ("1-5/2", ["mon", "wed", "fri"]),
        ("*/2", ["sun", "tue", "thu", "sat"]),
        ("*/3", ["sun", "wed", "sat"]),
        ("*", WEEK),
    ],
)
def test_weekdays_are_those_of_unix(field, days):
    assert weekdays(field) == days


@pytest.mark.parametrize(
    "line",
    [
        *("", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8"),
        *(
            "* * * * funday",
            "a * * * *",
            "*/0 * * * *",
            "* * * * 1/2",
            "* * * * 1-5/x",
            "* * * * 1-",
            "* * * * -1",
        ),
        "@daily",
    ],
)
def test_a_wrong_line_is_quoted_in_the_error(line):
    with pytest.raises(ValueError, match="is not a crontab line") as error:
        cron_trigger(line, SHANGHAI)
    assert str(error.value).startswith(f'"{line}"')


def test_the_hour_is_that_of_the_bots_zone():
    due = cron_trigger("30 20 * * *", SHANGHAI).get_next_fire_time(None, START)
    assert due.astimezone(UTC) == datetime(2026, 1, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("0 0 13 * fri", [2, 9, 13, 16, 23, 30]),  # January 2026 has its Fridays on 2, 9, 16, 23, 30
        ("0 0 1,15 * 1", [1, 5, 12, 15, 19, 26]),
        ("0 0 13 * *", [13]),
        ("0 0 * * fri", [2, 9, 16, 23, 30]),
        ("0 0 */10 * fri", []),  # a star with a step is no restriction for Unix: both must fit
        ("0 0 2 * fri", [2, 9, 16, 23, 30]),
    ],
)
def test_a_day_of_the_month_and_a_weekday_are_either_or(line, days):
    trigger, end = cron_trigger(line, SHANGHAI), datetime(2026, 1, 31, tzinfo=SHANGHAI)
    due, found = datetime(2026, 1, 1, tzinfo=SHANGHAI), []
    while (due := trigger.get_next_fire_time(None, due)) < end:
        found.append(due.day)
        due += timedelta(seconds=1)
    assert found == days


def test_a_leap_day_comes_every_four_years():
    due = cron_trigger("0 0 29 2 *", SHANGHAI).get_next_fire_time(None, START)
    assert due.date().isoformat() == "2028-02-29"


# ---- times of day ---------------------------------------------------------------------------------


def test_times_of_day_come_in_turn():
    trigger = times_trigger(["22:00", "20:30"], SHANGHAI)
    assert [f"{due:%d %H:%M}" for due in firings(trigger, 3)] == ["01 20:30", "01 22:00", "02 20:30"]


@pytest.mark.parametrize("text", ["24:00", "20", "8 pm", "20:60", "", "-1:00", "20:00:00"])
def test_a_wrong_time_of_day(text):
    with pytest.raises(ValueError, match=r'is not a time of day; write it as "20:00"'):
        times_trigger(["20:00", text], SHANGHAI)


def test_at_least_one_time_is_needed():
    with pytest.raises(ValueError, match="at least one time of day"):
        times_trigger([], SHANGHAI)


# ---- summer time ----------------------------------------------------------------------------------


def on_the_clock(trigger, start: datetime, count: int) -> list[str]:
    """What the clocks of Helsinki show at the next times."""
    times = [due.astimezone(UTC).astimezone(HELSINKI) for due in firings(trigger, count, start)]
    return [f"{time:%d %H:%M %z}" for time in times]


MAKE = pytest.mark.parametrize(
    "make",
    [lambda: cron_trigger("30 3 * * *", HELSINKI), lambda: times_trigger(["03:30"], HELSINKI)],
    ids=["cron", "at"],
)


@MAKE
def test_a_time_that_the_clock_jumps_over_comes_an_hour_later_that_day(make):
    """On 29 March 2026 at 3:00 the clocks of Helsinki go to 4:00."""
    start = datetime(2026, 3, 28, 0, 0, tzinfo=HELSINKI)
    assert on_the_clock(make(), start, 3) == ["28 03:30 +0200", "29 04:30 +0300", "30 03:30 +0300"]


@MAKE
def test_a_time_that_comes_twice_is_taken_once(make):
    """On 25 October 2026 at 4:00 the clocks of Helsinki go back to 3:00."""
    start = datetime(2026, 10, 24, 0, 0, tzinfo=HELSINKI)
    assert on_the_clock(make(), start, 3) == ["24 03:30 +0300", "25 03:30 +0300", "26 03:30 +0200"]


def test_what_happens_every_hour_happens_in_both_of_two():
    start = datetime(2026, 10, 25, 2, 45, tzinfo=HELSINKI)
    assert on_the_clock(cron_trigger("30 * * * *", HELSINKI), start, 3) == [
        "25 03:30 +0300",
        "25 03:30 +0200",
        "25 04:30 +0200",
    ]
