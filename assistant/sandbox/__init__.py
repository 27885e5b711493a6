"""Skills of strangers, each in a process of its own that may do no more than the user allows."""
