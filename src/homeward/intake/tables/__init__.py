"""The tables of words that the rules read by: a historian may open and amend them."""
