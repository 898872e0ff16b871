"""OsteoSort's CSV files: elements to be sorted, and reference measurements, read and written."""

from homeward.formats.osteosort.reading import read_osteosort, read_osteosort_reference
from homeward.formats.osteosort.writing import write_osteosort, write_osteosort_reference

__all__ = ["read_osteosort", "read_osteosort_reference", "write_osteosort", "write_osteosort_reference"]
