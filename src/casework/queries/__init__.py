"""Every read, cut to what the reader may see."""
