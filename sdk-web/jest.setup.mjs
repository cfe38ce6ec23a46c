// What jsdom lacks and the code under test needs.
