"""Where a message's key comes from, and how it is kept."""
