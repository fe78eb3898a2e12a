"""What things are, and what recognises them; imports no other room."""
