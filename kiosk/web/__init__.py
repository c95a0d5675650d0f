"""What people see; screens grouped by who looks."""
