"""What is measured, each a script that runs in a process of its own and says in its last line what it did."""
