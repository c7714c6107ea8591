"""Run the command line as ``python -m stancedb``."""

from stancedb.cli.main import main

if __name__ == "__main__":
    main()
