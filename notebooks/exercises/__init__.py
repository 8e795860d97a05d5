"""Code exercises: what is right, what goes wrong in known ways, and on which inputs both are told apart."""
