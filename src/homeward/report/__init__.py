"""The page that tells people what an identification found."""

from homeward.report.pedigree_drawing import draw_pedigree
from homeward.report.write import write_report

__all__ = ["draw_pedigree", "write_report"]
