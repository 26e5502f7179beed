"""What attackers do to the server's ports. Each attack runs in a process of its own."""
