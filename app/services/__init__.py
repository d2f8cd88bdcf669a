"""What people can do: one function per thing. Who may do it is decided here."""
