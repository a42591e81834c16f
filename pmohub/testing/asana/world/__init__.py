"""What is in the made-up Asana: its company, its tasks, and what people do to them."""
