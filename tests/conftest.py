"""What every test may ask for stands in tests/support."""

pytest_plugins = ("tests.support.plugin",)
