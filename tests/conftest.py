"""The shared fixtures are in tests/support."""

pytest_plugins = ("tests.support.plugin",)
