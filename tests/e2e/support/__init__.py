"""What the end-to-end tests are written with. No test stands here."""
