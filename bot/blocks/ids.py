"""The names by which Slack tells which button was pressed; a button's value is a question id or a name."""

FEEDBACK = "feedback"
COMMENT = "comment"
COMMENT_FORM = "comment_form"
CHOICE = "choice"  # choice_0, choice_1 …: the place among the choices of the question
NEAREST = "nearest"  # nearest_0 …: the place among the questions offered
SHARE = "share"
STOP = "stop"
ALWAYS = "always"
ACKNOWLEDGE = "alarm_acknowledge"  # these three: the button's value is the name of the alarm
SNOOZE = "alarm_snooze"  # alarm_snooze_1h, alarm_snooze_1d
SHOW_QUESTIONS = "alarm_questions"
FOLLOW_UP = "follow_up"  # follow_up_0 …: the place among the follow-ups offered under an answer
EXCEL = "excel"
MORE = "more"  # the menu under an answer; its options are `what:question id`
CSV, EXPLAIN, RERUN, SHARE_TO, RETRACT = "csv", "explain", "rerun", "share_to", "retract"  # what stands in that menu
SHARE_FORM = "share_form"
ASK, ASK_FORM, ASK_ABOUT = "ask_teller", "ask_form", "ask_about"  # the shortcuts, the Home button, and their form
TRY = "try"  # try_0 …: the place among the examples, in Home and in a welcome
SETTINGS, SETTINGS_FORM = "settings", "settings_form"
SEARCH = "search"
REVIEW, REVIEW_FORM = "review", "review_form"  # review_0 …: the value is `person:question id`
