"""The names by which Slack tells which button was pressed; a button's value is only ever a question id."""

FEEDBACK = "feedback"
COMMENT = "comment"
COMMENT_FORM = "comment_form"
CHOICE = "choice"  # choice_0, choice_1 …: the place among the choices of the question
NEAREST = "nearest"  # nearest_0 …: the place among the questions offered
SHARE = "share"
STOP = "stop"
ALWAYS = "always"
