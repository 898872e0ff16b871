"""Papers to be printed and signed, set by typst."""

from casework.print.receipt import Receipt, print_receipt

__all__ = ["Receipt", "print_receipt"]
