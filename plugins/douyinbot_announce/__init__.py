"""定时公告: says texts by themselves, like `[[timers]]`, but switched on and off with the plugin."""

from douyinbot import Context, Timer, hookimpl


class Config(Timer, kw_only=True, frozen=True):
    """`[plugins.announce]`: the keys of `[[timers]]`; one of `every`, `cron`, `at` and `idle` is needed."""

    name: str = "announce"


@hookimpl
def setup(ctx: Context) -> None:
    ctx.add_timer(ctx.config)
