"""The command line: options, arguments and output, one file a noun."""
