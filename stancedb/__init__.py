"""Who stands where on which policy question, when that changed, and on what evidence."""

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
    _MODULES = {"errors": "stancedb.errors", "rows": "stancedb.api.rows"}
    _NAMES = {
        "Answer": "stancedb.api.answer",
        "Database": "stancedb.api.database",
        "LoadAccount": "stancedb.api.database",
        "connect": "stancedb.api.database",
    }

    def __getattr__(name: str) -> object:
        from importlib import import_module  # noqa: PLC0415 - whoever only imports the package does not wait for it

        if name in _MODULES:
            return import_module(_MODULES[name])
        if name in _NAMES:
            return getattr(import_module(_NAMES[name]), name)
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")

    def __dir__() -> list[str]:
        return sorted({*globals(), *_MODULES, *_NAMES} - {"TYPE_CHECKING", "_MODULES", "_NAMES"})
