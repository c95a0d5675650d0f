"""Is this certificate genuine? Runs alone and offline, without the office."""
