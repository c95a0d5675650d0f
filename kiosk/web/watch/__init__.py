"""What duty officers and commanders see: incidents, figures of what people think, improvements.

incidents     the list of incidents, and one of them with what may be done about it
figures       months of answers about deliveries; small groups are not shown
posters       a round of posters, printing them, where they hang, how many came by them
improvements  what is to be done better, by whom and by when; to be printed
wording       kinds, outcomes and deeds in words
"""
