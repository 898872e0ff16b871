"""The only tables of the register, and the bridge between their rows and the science's values."""
