"""The forms, by subject: fields with their words; what a record may hold the actions say."""
