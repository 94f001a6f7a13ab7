"""`python -m sekisho` is the `sekisho` command."""

from sekisho.cli import main

if __name__ == "__main__":
    main()
