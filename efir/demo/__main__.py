"""`python -m efir.demo history|doors`: the two things a demo's start needs, each in a process that ends."""

import sys

from efir.demo.start import NotOurs, make_history, open_the_doors
from efir.settings import load


def main() -> None:
    """Entry point."""
    settings = load()
    if sys.argv[1:] == ["history"]:
        try:
            make_history(settings)
        except NotOurs as error:
            sys.exit(str(error))
    else:
        print("\n".join([*open_the_doors(settings), ""]))


if __name__ == "__main__":
    main()
