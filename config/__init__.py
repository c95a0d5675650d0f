"""What an installation may change; values only."""
