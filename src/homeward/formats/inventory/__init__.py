"""The inventory of a case: the tables of elements that lie in its folder, read with all faults and written whole."""

from homeward.formats.inventory.reading import InventoryFile, check_inventory, holds_inventory, read_inventory
from homeward.formats.inventory.writing import inventory_digest, write_inventory

__all__ = [
    "InventoryFile", "check_inventory", "holds_inventory", "inventory_digest", "read_inventory", "write_inventory",
]
