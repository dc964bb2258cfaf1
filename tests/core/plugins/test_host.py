from types import ModuleType

import pytest

from douyinbot import command, cron, every, hookimpl
from douyinbot.core.plugins.discovery import Candidate
from douyinbot.core.plugins.host import PluginHost
from douyinbot.errors import PluginError


@pytest.fixture
def host() -> PluginHost:
    return PluginHost()


@hookimpl
def on_chat(ctx, event):
    return "hi"


def candidate(thing, name: str = "toy") -> Candidate:
    return Candidate(name, "somewhere", thing if callable(thing) else lambda: thing, "1.0", "Ada")


# ---- what a plugin brings -------------------------------------------------------------------------


def test_a_plugin_brings_hooks_commands_and_jobs(host, plugin):
    @hookimpl
    async def on_gift(event, ctx): ...

    @command("dice", aliases=["骰子"])
    def dice(ctx): ...

    @every("10m")
    def remind(ctx): ...

    @cron("0 20 * * *")
    async def evening(ctx): ...

    loaded = host.load(candidate(plugin(on_chat, on_gift, dice, remind, evening)))
    assert loaded.hooks["on_chat"].arguments == ("ctx", "event")
    assert not loaded.hooks["on_chat"].is_async
    assert loaded.hooks["on_gift"].arguments == ("event", "ctx")
    assert loaded.hooks["on_gift"].is_async
    assert [each.names for each in loaded.commands] == [("dice", "骰子")]
    assert sorted(function.__name__ for _, function in loaded.jobs) == ["evening", "remind"]
    assert (loaded.name, loaded.version, str(loaded)) == ("toy", "1.0", "toy (by Ada)")
    assert list(host) == [loaded]


@pytest.mark.parametrize(
    "make",
    [
        lambda: hookimpl(on_chat),
        lambda: command("x")(lambda ctx: None),
        lambda: every("1m")(lambda ctx: None),
    ],
    ids=["a hook", "a command", "a job"],
)
def test_one_of_these_is_enough(host, plugin, make):
    function = make()
    function.__name__ = "on_chat"
    assert host.load(candidate(plugin(function))).name == "toy"


def test_an_object_can_be_a_plugin(host):
    class Toy:
        @hookimpl
        def on_chat(self, ctx, event): ...

        @command("dice")
        def dice(self, ctx, sides: int = 6): ...

        @every("1m")
        def tick(self, ctx): ...

    loaded = host.load(candidate(Toy()))
    assert loaded.hooks["on_chat"].arguments == ("ctx", "event")
    assert [parameter.name for parameter in loaded.commands[0].parameters] == ["sides"]
    assert len(loaded.jobs) == 1


def test_what_a_module_imports_is_not_its_own(host, plugin):
    import douyinbot_dice

    @command("own")
    def own(ctx): ...

    loaded = host.load(candidate(plugin(own, dice=douyinbot_dice.dice)))
    assert [each.mark.name for each in loaded.commands] == ["own"]


def test_a_neighbour_with_a_longer_name_is_somebody_else(host, plugin):
    @command("own")
    def own(ctx): ...

    @command("foreign")
    def foreign(ctx): ...

    module = plugin(own)
    module.foreign = foreign
    foreign.__module__ = "toy_extras"
    part = plugin(command("part")(lambda ctx: None), name="toy.parts")
    module.part = vars(part)["<lambda>"]
    loaded = host.load(candidate(module))
    assert sorted(each.mark.name for each in loaded.commands) == ["own", "part"]


def test_a_function_under_two_names_counts_once(host, plugin):
    @command("dice")
    def dice(ctx): ...

    assert len(host.load(candidate(plugin(dice, again=dice))).commands) == 1


# ---- what is refused ------------------------------------------------------------------------------


def raising(error: BaseException):
    def load():
        raise error

    return load


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ImportError("no module named x"), "ImportError: no module named x"),
        (SyntaxError("invalid syntax"), "SyntaxError: invalid syntax"),
        (SystemExit(3), "SystemExit: 3"),
        (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_a_plugin_that_does_not_import_is_named_with_its_place(host, error, told):
    with pytest.raises(PluginError) as failure:
        host.load(candidate(raising(error)))
    assert str(failure.value) == f"plugin toy (somewhere) does not import: {told}"
    assert failure.value.__cause__ is error
    assert host.failed == {"toy": str(failure.value)}
    assert list(host) == []


def test_ctrl_c_during_an_import_is_no_failure_of_the_plugin(host):
    with pytest.raises(KeyboardInterrupt):
        host.load(candidate(raising(KeyboardInterrupt())))


def hooks(**functions) -> ModuleType:
    module = ModuleType("toy")
    vars(module).update(functions)
    return module


@hookimpl
def with_nonsense(ctx, nonsense): ...


@hookimpl
def with_args(ctx, *args): ...


@hookimpl
async def decides_later(ctx, event): ...


@hookimpl(wrapper=True)
def wrapping(ctx, event):
    yield


@pytest.mark.parametrize(
    ("module", "problem"),
    [
        (hooks(), r"toy \(somewhere\) has no hook, command or job. Did you forget @hookimpl\?"),
        (hooks(on_chat=lambda ctx, event: None), r"Did you forget @hookimpl\?"),
        (
            hooks(on_chat=with_nonsense),
            r'^plugin toy \(somewhere\): on_chat has no argument "nonsense"; it has ctx, event$',
        ),
        (hooks(on_chat=with_args), r'on_chat has no argument "args"; it has ctx, event$'),
        (
            hooks(on_caht=hookimpl(lambda ctx: None)),
            r'^plugin toy \(somewhere\): there is no hook "on_caht" - did you mean "on_chat"\?$',
        ),
        (
            hooks(mine=hookimpl(specname="on_raw")(lambda ctx, event: None)),
            r'on_raw has no argument "event"; it has ctx, method, payload$',
        ),
        (hooks(on_chat=wrapping), r"on_chat is a wrapper; wrappers are not supported"),
        (hooks(filter_event=decides_later), r"filter_event decides in place, so it must be a plain `def`"),
        (hooks(get_role=hookimpl(raising)), r'get_role has no argument "'),
    ],
    ids=[
        *("nothing", "unmarked", "unknown argument", "starred arguments", "misspelt hook"),
        *("argument of another hook", "wrapper", "async filter", "wrong argument of a filter"),
    ],
)
def test_a_module_that_is_no_plugin(host, module, problem):
    with pytest.raises(PluginError, match=problem):
        host.load(candidate(module))
    assert list(host) == []
    assert "toy" in host.failed


@pytest.mark.parametrize("name", ["filter_event", "filter_message", "get_role", "register"])
def test_hooks_that_decide_in_place_are_plain(host, name):
    argument = {
        "filter_event": "event",
        "filter_message": "message",
        "get_role": "user",
        "register": "registry",
    }[name]
    namespace: dict = {}
    exec(f"async def {name}({argument}): ...", namespace)
    with pytest.raises(PluginError, match=f"{name} decides in place"):
        host.load(candidate(hooks(**{name: hookimpl(namespace[name])})))


def test_a_refused_plugin_leaves_none_of_its_hooks_behind(host, plugin):
    with pytest.raises(PluginError):
        host.load(candidate(hooks(on_chat=on_chat, on_gift=with_nonsense)))
    with pytest.raises(PluginError):
        host.load(candidate(hooks(on_chat=on_chat, filter_event=decides_later)))
    assert host.implementing("on_chat") == []
    assert host.load(candidate(plugin(on_chat))).name == "toy"
    assert host.failed == {}


def test_a_plugin_loads_once(host, plugin):
    host.load(candidate(plugin(on_chat)))
    with pytest.raises(PluginError, match="plugin toy is loaded already"):
        host.load(candidate(plugin(on_chat)))


def test_whatever_a_plugin_raises_while_it_is_looked_at_is_its_own_error(host):
    class Trap:
        @property
        def secret(self):
            raise ZeroDivisionError("gotcha")

        @hookimpl
        def on_chat(self, ctx, event): ...

    with pytest.raises(PluginError, match=r"plugin toy cannot be loaded: ZeroDivisionError: gotcha"):
        host.load(candidate(Trap()))
    assert host.implementing("on_chat") == []


def test_a_command_with_a_wrong_signature_is_the_plugins_error(host, plugin):
    @command("dice")
    def dice(ctx, sides: bytes): ...

    problem = (
        r'^plugin toy \(somewhere\): command dice: "sides" has the type bytes.* take int, float, str, bool'
    )
    with pytest.raises(PluginError, match=problem):
        host.load(candidate(plugin(dice)))


def test_an_argument_of_a_hook_with_a_default_is_the_plugins_own(host):
    @hookimpl
    def on_chat(ctx, times=3): ...

    assert host.load(candidate(hooks(on_chat=on_chat))).hooks["on_chat"].arguments == ("ctx",)


# ---- order ----------------------------------------------------------------------------------------


def test_plugins_are_asked_in_the_order_of_loading_unless_they_say_otherwise(host):
    for name, options in (
        ("a", {}),
        ("b", {}),
        ("c", {"trylast": True}),
        ("d", {"tryfirst": True}),
        ("e", {}),
    ):
        host.load(candidate(hooks(filter_event=hookimpl(**options)(lambda event: None)), name))
    assert [each.name for each, _ in host.implementing("filter_event")] == ["d", "a", "b", "e", "c"]


def test_an_unloaded_plugin_is_asked_no_more(host, plugin):
    loaded = host.load(candidate(plugin(on_chat)))
    host.unload(loaded)
    assert host.implementing("on_chat") == []
    assert (list(host), host.failed) == ([], {})
    host.unload(loaded, "because")
    assert host.failed == {"toy": "because"}


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (2, "is written for version 2 of the plugin API"),
        ("1", "must be a whole number"),
        (True, "whole number"),
    ],
)
def test_a_plugin_for_a_later_api_is_refused(version, words, plugin):
    @hookimpl
    def on_chat(ctx, event): ...

    module = plugin(on_chat, api_version=version)
    host = PluginHost()
    with pytest.raises(PluginError, match=words):
        host.load(Candidate("toy", "test", lambda: module))
    assert "toy" in host.failed
    module.api_version = 1
    assert host.load(Candidate("toy", "test", lambda: module)).name == "toy"
