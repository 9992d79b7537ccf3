-- Comments say what is there; there is nothing to undo.
SELECT 1;
