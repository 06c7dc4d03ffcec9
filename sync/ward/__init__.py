"""The reference ward server: takes the votes, keeps every line, and hands them on."""
