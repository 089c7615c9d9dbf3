"""The annual report of one year: one document per language, as PDF, Word file and page."""
