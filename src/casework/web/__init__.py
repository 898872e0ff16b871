"""Pages: they show what queries found, and hand to actions what people wrote."""
