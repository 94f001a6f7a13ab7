"""Cases by e-mail: what comes in, what goes out, and what keeps the two from answering each other for ever."""
