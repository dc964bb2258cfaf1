"""`python -m douyinbot`."""

from douyinbot.cli import main

if __name__ == "__main__":
    main()
