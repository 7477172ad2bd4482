"""Programs that print what our code costs, as a ratio to a floor measured in the same run."""
