"""The words of English that Pattern Match understands, each with what it does. Words that are not here are not guessed at."""

from generators.pattern.meanings import Role, Word
from generators.pattern.tokens import stems

# Words without which the question would mean the same.
EMPTY = """please|can you|could you|would you|me|us|our|we|the|a|an|do|does|did|i|want to see|want to know|would like to see|
i want|in total|overall|in our database|in the database|in our portfolio|in the portfolio|across our portfolio|
in our bank|in the bank|in our book|in our books|at the bank|at our bank|currently|right now|at the moment|
at present|presently|now|today|there|hi|hello|hey|thanks|thank you|their|its|his|her|so far|as of now|
as of today|you|kindly|exactly|my|?|still|come from|of ours|of theirs|exist|value of|level of|details of|list of|a list of|the list of|
 altogether|both|
operate in|lend in|existing|various|of our bank|in the system|on our books|considered|classified as|together|
of the bank|the bank|data|for the bank"""

_PLACES = ("second|2nd", "third|3rd", "fourth|4th", "fifth|5th")

PHRASES: dict[Word, str] = {
    Word(
        Role.ASK
    ): """show|list|find|identify|display|give|get|which|who|what|tell|see|show me|give me|tell me|provide|calculate|compute|
        how much|how|what about|how high|how large|how big|return|fetch|pull up|know|report|present|view|see all|let me see""",
    Word(
        Role.HOW_MANY
    ): """how many|number of|count of|count|total number of|total count of|total count|number|the number of|nr of|no of|
        count them|count those|how many different|number of different|how many distinct|number of distinct|
        how many unique|number of unique""",
    Word(
        Role.AGGREGATE, "sum"
    ): "total|sum|sum of|total of|combined|aggregate|overall total|sum total of|totals|total amount of|summed",
    Word(Role.AGGREGATE, "average"): "average|mean|avg|average of|mean of|on average",
    Word(Role.AGGREGATE, "minimum"): "minimum|min|minimum of",
    Word(Role.AGGREGATE, "maximum"): "maximum|max|maximum of",
    Word(Role.TOP, "most"): "top|first",
    Word(Role.TOP, "least"): "bottom",
    Word(
        Role.EXTREME, "most"
    ): """highest|largest|biggest|greatest|most|the most|maximal|ordered by|sorted by|ranked by|rank by|sort by|order by|
        in order of|leading""",
    Word(Role.EXTREME, "least"): "lowest|smallest|least|fewest|the least",
    Word(Role.EXTREME, "latest"): "newest|latest|most recent|youngest",
    Word(Role.EXTREME, "earliest"): "oldest|earliest",
    Word(Role.COMMON, "most"): "most common|most frequent|most popular|most used",
    Word(Role.COMMON, "least"): "least common|least frequent|least popular|least used",
    Word(Role.VAGUE, "most"): "high|large|big|substantial|significant",
    Word(Role.VAGUE, "least"): "low|small",
    Word(
        Role.GROUP
    ): """by|per|for each|for every|in each|each|every|grouped by|group by|broken down by|broken out by|split by|by each|
        breakdown by|at each|of each|across|according to|across each|across all|across different|by the|across the|segmented by|
        from each|with each""",
    Word(Role.EVERY, "month"): "monthly|by month|per month|each month|every month|month by month|for each month",
    Word(Role.EVERY, "quarter"): "quarterly|by quarter|per quarter|each quarter|every quarter|for each quarter",
    Word(Role.EVERY, "year"): "yearly|annual|annually|by year|per year|each year|every year|for each year",
    Word(Role.EVERY, "day"): "daily|by day|per day|each day|every day|for each day|day by day",
    Word(Role.UNIT, "month"): "month",
    Word(Role.UNIT, "quarter"): "quarter",
    Word(Role.UNIT, "year"): "year",
    **{Word(Role.PLACE, str(number)): words for number, words in enumerate(_PLACES, 2)},
    Word(Role.NEW): "new|newly",
    Word(Role.COLON): ":",
    Word(Role.ONLY): "only|just|exclusively|solely|nothing but",
    Word(
        Role.VERSUS
    ): "compare|comparison|comparison of|comparing|compared|compared to|compared with|versus|vs|against|as opposed to|more|rather more",
    Word(
        Role.CHANGE
    ): """change|changed|changes|change of|change in|growth|growth of|growth in|growth rate|growth rate of|grow|grew|grown|
        growing|increase|increased|increase in|increase of|decrease|decreased|decrease in|decline|declined|decline in|rise|rose|risen|
        fell|fall|fallen|dropped|drop|percentage change|percent change|percentage growth|evolve|evolved|delta|movement in""",
    Word(Role.STEP, "month"): "month over month|month on month|month to month|mom|monthly change|monthly growth",
    Word(Role.STEP, "quarter"): "quarter over quarter|quarter on quarter|qoq|quarterly change|quarterly growth",
    Word(Role.STEP, "year"): "year over year|year on year|yoy|annual growth|yearly growth|annual change|yearly change",
    Word(
        Role.RUNNING
    ): """running total|running total of|running sum|running sum of|cumulative|cumulative total|cumulative total of|
        cumulative sum of|cumulated|cumulatively""",
    Word(Role.AGE): "age|age of|ages|how old",
    Word(Role.OLDER, ">"): "older than|aged over|aged above",
    Word(Role.OLDER, "<"): "younger than|newer than|aged under|aged below",
    Word(
        Role.RATIO, "percent"
    ): "as a percentage of|as percentage of|as a percent of|as a share of|as a proportion of|as % of|as a % of",
    Word(Role.RATIO, "number"): "ratio of|ratio|ratio between|divided by|relative to",
    Word(Role.MINUS): "minus|less the|difference between|difference of|difference",
    Word(
        Role.TREND
    ): "trend|trends|over time|develop|developed|development of|evolution of|history of|changed over time",
    Word(
        Role.SHARE
    ): """percentage of|percent of|what percentage|what percent|percentage|% of|proportion of|what proportion|fraction of|share of|
        what share|what share of|what percentage of|what percent of|what proportion of|what fraction|what fraction of|percent|
        what %|what % of""",
    Word(
        Role.SPREAD
    ): """distribution of|distributed|distribution|breakdown of|breakdown|concentration of|concentration|composition of|composition|
        split of|mix of|spread|spread of|split|distributed across|spread across|divided|broken down""",
    Word(
        Role.DISTINCT
    ): """different|distinct|unique|kinds of|different kinds of|available|all the different|possible""",
    Word(Role.MULTIPLE): "multiple|several|more than one",
    Word(
        Role.COMPARE, ">"
    ): """greater than|more than|over|above|larger than|bigger than|higher than|exceeding|exceed|exceeds|in excess of|>|
        greater|beyond|that exceed|of more than|of over|larger""",
    Word(
        Role.COMPARE, ">="
    ): "at least|or more|minimum of|no less than|not less than|greater than or equal to|>=|a minimum of|from at least",
    Word(Role.COMPARE, "<"): "less than|under|below|smaller than|lower than|fewer than|<|of less than|fewer",
    Word(
        Role.COMPARE, "<="
    ): "at most|or less|no more than|not more than|up to|less than or equal to|<=|a maximum of|maximum",
    Word(Role.COMPARE, "="): "equal to|equals|=|of exactly|exactly",
    Word(Role.COMPARE, "<>"): "not equal to|!=|<>",
    Word(Role.BETWEEN): "between|ranging from|in the range of",
    Word(
        Role.PREPOSITION
    ): """of|in|for|at|from|to|on|among|within|as|across|under|towards|into|as of|as at|during|throughout|live|living|
        located|based|resident|through|via|by means of|owed by|held by|held in""",
    Word(Role.ALL): "all|all of|all the|all our|any|every one of|for all|across all|of all|whole|entire",
    Word(Role.BE): "is|are|was|were|be|been|being",
    Word(
        Role.HAVE
    ): """have|has|having|with|hold|holding|own|owning|had|represent|make up|account for|carry|carrying|held|made|manage|
        managing|look after|use|using|get""",
    Word(Role.RELATIVE): "that|which|who|whose|where|whom|when",
    Word(
        Role.NOT
    ): """not|are not|is not|except|excluding|other than|except for|apart from|exclude|outside|outside of|not in|not from|
        all but|everything but|not counting|leaving out|ignoring""",
    Word(
        Role.WITHOUT
    ): """without|with no|have no|has no|having no|do not have|does not have|no|without any|not have|have not|has not|
        do not have any|not having""",
    Word(
        Role.AND
    ): "and|,|but|as well as|plus|along with|also|&|together with|and also|and have|who also|and their|and the",
    Word(Role.OR): "or|and/or|either|or in",
    Word(Role.WORSE): "or worse|and worse|or below|or lower|and below|and lower|or higher risk|or riskier",
    Word(Role.BETTER): "or better|and better|or above|or higher|and above|and higher",
    Word(Role.BASED): "based on|according to their|judging by|in terms of|by their|measured by|as measured by",
}


def phrases() -> dict[tuple[str, ...], tuple[Word, ...]]:
    """Each phrase in the form in which it is compared, with all that it can do."""
    found: dict[tuple[str, ...], list[Word]] = {}
    for word, line in {Word(Role.EMPTY): EMPTY, **PHRASES}.items():
        for phrase in line.replace("\n", "").split("|"):
            cut = ("?",) if phrase.strip() == "?" else stems(phrase) or (phrase.strip(),)
            known = found.setdefault(cut, [])
            if word not in known:
                known.append(word)
    return {phrase: tuple(words) for phrase, words in found.items()}
