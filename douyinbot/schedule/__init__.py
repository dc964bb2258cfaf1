"""Time: what is to be done again and again, at fixed times, or once later."""

from douyinbot.schedule.schedule import Job, Schedule
from douyinbot.schedule.triggers import cron_trigger, times_trigger

__all__ = ["Job", "Schedule", "cron_trigger", "times_trigger"]
