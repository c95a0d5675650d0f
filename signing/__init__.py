"""Every byte format the project stands behind; knows no citizen and no browser."""
