"""What a sentence holds, as rules read it: words, names, numbers, dates, what is denied."""
