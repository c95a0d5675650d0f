"""What an installation may change; values only.

settings    the sections, as frozen dataclasses with their bounds
loading     defaults, then the site's file, then the environment; all mistakes at once

defaults.toml holds every setting with its sentence; site.example.toml is what `segel init` writes.
"""
