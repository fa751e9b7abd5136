"""What a sealed message is: suites, layouts, and headers read from bytes that nobody vouches for yet."""
