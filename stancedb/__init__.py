"""Who stands where on which policy question, when that changed, and on what evidence."""

import sys

__version__ = "0.1.0"

# Not that of typing, whose import would take longer than everything else here.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from stancedb import errors as errors
    from stancedb.api import rows as rows
    from stancedb.api.answer import Answer as Answer
    from stancedb.api.database import Database as Database
    from stancedb.api.database import LoadAccount as LoadAccount
    from stancedb.api.database import connect as connect
else:
    # What is offered here is imported when it is first asked for; with importlib that would take longer.
    _MODULES = {"errors": "stancedb.errors", "rows": "stancedb.api.rows"}
    _NAMES = {
        "Answer": "stancedb.api.answer",
        "Database": "stancedb.api.database",
        "LoadAccount": "stancedb.api.database",
        "connect": "stancedb.api.database",
    }

    def __getattr__(name: str) -> object:
        module = _MODULES.get(name) or _NAMES.get(name)
        if module is None:
            raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
        __import__(module)
        return sys.modules[module] if name in _MODULES else getattr(sys.modules[module], name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *_MODULES, *_NAMES} - {"TYPE_CHECKING", "_MODULES", "_NAMES", "sys"})
