"""Long runs: queued, worked off tile by tile, resumed."""
