"""What people do; one function each, in one transaction."""
