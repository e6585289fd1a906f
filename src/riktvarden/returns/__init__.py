"""What regions return on specialist training: form, check and what is kept, for officers and the baseline."""
