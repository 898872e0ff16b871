"""What mothers and fathers hand on unchanged: who shares a line, how haplotypes differ, how rare they are."""
