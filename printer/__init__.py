"""Everything that ends on paper; draws only what was signed."""
