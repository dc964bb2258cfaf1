import pytest

from douyinbot.core.plugins.registry import Extensions, Registry
from douyinbot.errors import PluginError


def build(setup): ...


def other(setup): ...


@pytest.fixture
def extensions() -> Extensions:
    return Extensions()


@pytest.mark.parametrize(
    ("verb", "table"), [("connector", "connectors"), ("sender", "senders"), ("variable", "variables")]
)
class TestByName:
    def test_what_is_added_can_be_looked_up(self, extensions, verb, table):
        getattr(Registry("toy", extensions), verb)("name", build)
        assert getattr(extensions, table) == {"name": build}

    def test_a_name_that_exists_is_refused(self, extensions, verb, table):
        getattr(Registry("one", extensions), verb)("name", build)
        with pytest.raises(PluginError, match=f'plugin two: the {verb} "name" exists already'):
            getattr(Registry("two", extensions), verb)("name", other)
        assert getattr(extensions, table) == {"name": build}

    def test_withdrawing_takes_back_only_ones_own(self, extensions, verb, table):
        one, two = Registry("one", extensions), Registry("two", extensions)
        getattr(one, verb)("name", build)
        getattr(two, verb)("second", other)
        with pytest.raises(PluginError):
            getattr(two, verb)("name", other)
        two.withdraw()
        assert getattr(extensions, table) == {"name": build}
        two.withdraw()
        getattr(two, verb)("second", other)


@pytest.mark.parametrize("name", ["http", "none", "browser"])
def test_the_senders_that_are_there_cannot_be_replaced(extensions, name):
    with pytest.raises(PluginError, match=f'plugin toy: the sender "{name}" exists already'):
        Registry("toy", extensions).sender(name, build)
    assert extensions.senders == {}


def test_commands_of_the_command_line_and_web_routes_are_collected_in_order(extensions):
    one, two = Registry("one", extensions), Registry("two", extensions)
    one.cli("group 1")
    two.cli("group 2")
    one.routes(build)
    two.routes(other, public=True)
    assert extensions.cli == ["group 1", "group 2"]
    assert [(r.plugin, r.add, r.public) for r in extensions.routes] == [
        ("one", build, False),
        ("two", other, True),
    ]
    one.withdraw()
    assert extensions.cli == ["group 2"]
    assert [routes.plugin for routes in extensions.routes] == ["two"]
