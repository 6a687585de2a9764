"""What tests stand on: throwaway databases, a browser, readers of our own source."""
