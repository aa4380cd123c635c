"""Whether a text speaks to an AI that reads it, and tells it what to do, in plain letters or in disguise.

News does not. These are the forms that such a text has, whatever it orders; of 16,116 paragraphs of news 10 have one.
A disguise is taken off for this alone: nothing that is read here is shown or compared with a claim.
"""

import re
import unicodedata
from functools import lru_cache

MACHINE = (
    r"(?:(?:large )?language models?|llms?|chat ?bots?|chat ?gpt|gpt-?\d?|copilot|ais?|artificial intelligences?|"
    r"assistants?|models?|bots?|machine readers?)"
)
"""Words for a program that reads, as a regular expression for lower case."""

_FRAME = r"(?:instructions?|prompts?|rules|guidelines|directives?|directions|commands?|programming|orders|constraints)"
_OUTPUT = r"(?:answers?|repl(?:y|ies)|responses?|outputs?|system prompt|prompt|next message)"
_DISREGARD = (
    r"(?:ignore|disregard|forget|override|bypass|discard|dismiss|drop|cancel|void|neglect|pay no attention to|"
    r"never ?mind|(?:do not|don't|stop) (?:follow|obey|use)(?:ing)?|set aside)"
)
_OUT_OF_FORCE = (
    rf"(?:^|[^\w\s]\s*|\b(?:please|pl[sz]|now|must|should|and|then|continue,|you)\s+){_DISREGARD}\W+(?:\w+\W+){{0,3}}?"
    rf"(?:{_FRAME}|question|task|everything|anything|(?:above|earlier|previous|prior)(?: \w+)?|article|text)\b",
    rf"\b(?:new|your|my|these|the|following|system|updated|prior|initial) {_FRAME} "
    r"(?:you|is|was|are|were|have|resume|follow|for the|of your)\b",
    r"\b(?:new|updated|further|additional) (?:instructions?|prompts?|directives?|commands?|orders)\s*:",
    r"\b(?:prompt|instructions?|input|context|articles?|passage|document|material)s? "
    r"(?:continues?|resumes?|ends?|replaced)\b",
    rf"\b(?:all|any|your) (?:\w+ )?{_FRAME} (?:that|which|are|before|you)\b",
    rf"(?:^|[.:;,]\s*)\w+ (?:\w+ ){{0,2}}your (?:\w+ )?(?:{_FRAME}|prompt)\b",
    rf"\byour (?:\w+ )?(?:{_FRAME}|programming|training data|knowledge cutoff)\b",
)
_TO_BE_ANSWERED = (
    r"\b(?:summar(?:y|ies)|answers?|repl(?:y|ies)|responses?|digests?)\b(?:\W+\w+){0,6}?\W+"
    r"(?:(?:must|should|shall|has to|have to|is to|are to) (?:\w+ )?)?"
    r"(?:begins?|ends?|starts?|opens?|closes?|include|contain|mention|say) (?:with|that|the|[\"“'‘])",
    rf"\b(?:your|(?:the|this|a|an) (?:{MACHINE}|user)(?:['’]s?)?|expected|desired)\s+(?:\w+\s+){{0,2}}?{_OUTPUT}\s*"
    r"(?:\b(?:is|are|should|must|has|have|will|shall|becomes?|follows?|with|to|ends?|begins?|starts?|in|as|for)\b|:|$)",
    rf"\b(?:final|correct|real|whole|only|good|right|every|shorter) (?:\w+ )?{_OUTPUT} "
    rf"(?:for|of|to|that|must|which)\b(?:\W+\w+){{0,4}}?\W+(?:{MACHINE}|user|you|question|be)\b",
    rf"\b{_OUTPUT} (?:that )?you (?:should|must|have to|need to|are|will|may|can|give|write|make|produce)\b",
    rf"\bas (?:your|the|an|the whole|part of the|part of your) {_OUTPUT}\b|\bfor your {_OUTPUT}\b",
    rf"\bin (?:your|every|the|its) (?:next |first |final )?(?:{_OUTPUT}|summary)\b",
    r"\b(?:your|its|this|the) (?:answer|reply|response) (?:with|to)\b",
    r"\b(?:the|tell|give|for|ask|warn|convince|advise|show|inform) (?:the )?users? "
    r"(?:that|must|should|only|exactly|wants?|needs?|to|for|this|what|which|asks?|asked|like)\b",
    r"\bthe answer to (?:the|any|every|this|that|your) (?:user['’]?s? )?questions?\b",
    rf"\bthe user['’]s (?:question|request)|\b(?:automatic|automated|generated|machine) {_OUTPUT}\b",
)
_SPOKEN_TO = (
    r"\b(?:dear|hey|hello|attention|to the|to any|to all|to|if you are an?|you are an?|you are the|you, the|"
    rf"this is for the|for the|for) (?:\w+ )?{MACHINE}\s*(?:[,:.\])}}*]|that|which|reading|preparing|who|to \w+:|$)",
    rf"(?:^|[;:(*.!?]\s*){MACHINE}(?: (?:systems?|assistants?|models?))?\s*"
    r"(?:[,:]\s|(?:reading|reads?|that|who|which) (?:this|process))",
    r"\b(?:note|message|notice|hint|memo|correction|directive|reminder|policy)s?\b[^.!?:]{0,40}"
    rf"\b(?:{MACHINE}|operator|developers?|software|whoever|generates?)\b[^.!?:]{{0,60}}:",
    rf"\b(?:every|any|each|instruct the|require|requires|asks?|the) {MACHINE}(?: \w+)? "
    r"(?:is|are|must|shall|has|have|should|to|will)\b(?: \w+){0,2} to\b",
    rf"\b{MACHINE} (?:shall|must|should) (?:\w+ )?(?:say|tell|inform|add|answer|state|write|confirm|include|mention)\b",
    r"\b(?:your|the) (?:creators?|operators?|developers?|supervisor|administrator)(?: \w+){0,3} "
    r"(?:speaking|verified|want|wants|instruct|ask|asks)\b|\bas the administrator\b",
)
_SOMEONE_ELSE = (
    r"\byou are (?:now|no longer|an? (?:oracle|parrot|prophet|assistant|expert|ai|bot))\b|\bfrom now on,? you\b",
    r"\b(?:pretend (?:that you|to be|you)|act as (?:an?|the|if)|imagine (?:that )?you|role-?play)\b",
    r"\bspeak as (?:he|she|the)\b",
    r"\b(?:developer mode|debug mode|jailbreak|persona of|you have been granted|now you (?:be|play))\b",
    r"\byou will (?:answer|tell|say|write|reply)\b|\blet(?:['’]s| us) (?:pretend|imagine|play)\b",
    rf"\byou(?:['’]re| are) \w+, an? (?:\w+ )?{MACHINE}\b",
)
_TRANSCRIPT = (
    r"<\|[^|<>]{1,40}\|>|\[/?inst\]|<</?sys>>|<(?:start|end)_of_turn>",
    r"</?(?:system|assistant|user|prompt|instructions?|context|quoted|article)>|\[system\]\(|#additional_instructions",
    r"(?:^|\n)\W*(?:system|assistant|user|model|human)\W*\n|[\"']\w+[\"']\s*:\s*[\"'{\[]",
    r"(?:^|[.!?:\n*]\s*)#{0,6}\s*[\[(]?(?:system|assistant|ai|chatbot|user|human|model|instructions?|prompt|"
    r"admin(?:istrator)?|response|for bots)"
    r"(?: (?:prompt|message|override|note|notice|directive|mode))?(?: \d+)?[\])]?\s*:",
    r"#{3,}\s*(?:system|instructions?|response|end of|output|input)\b",
    r"\b(?:ai|llm|model|bot|assistant)[_-](?:instructions?|directives?|notes?|prompt)\b",
    r"<!--|\[//\]|(?:^|\s)/\*|%\s*prompt|display:\s*none|font-size:\s*0|<p hidden|<summary",
    r"\b(?:end of|between the two) (?:the )?"
    r"(?:articles?|quoted|material|context|input|passage|document|prompt|lines)\b",
    r"\b(?:begin|end|start|stop)[_ -](?:answer|output|response|prompt|reply)\b",
    r"(?:^|[.:;,]\s*)\w+ (?:\w+ ){0,3}the (?:next|following|previous|preceding|last|first) "
    r"(?:line|sentence|paragraph|statement)s?\b",
)
_TO_COMPUTE = (
    r"\b\w{1,8}\s?=\s?[\"'\[]|\bpart ?\d\s*[:=]|\bdefine \w+ as [\"'‘]",
    r"(?:^|[:.,]\s*)(?:now |first,? )?(?:decode|decrypt|decipher|concatenate|unscramble|output|print|return) "
    r"(?:the|this|it|a|and|part|nothing|only|[\"'])",
    r"\b(?:in|as|of|is) (?:base ?(?:32|64)|rot-?13|hex|morse code|binary|leetspeak|atbash|pig latin|braille|"
    r"quoted-printable|percent encoding|ascii codes|a caesar shift)\b",
)
_FORMS = tuple(
    map(re.compile, (*_OUT_OF_FORCE, *_TO_BE_ANSWERED, *_SPOKEN_TO, *_SOMEONE_ELSE, *_TRANSCRIPT, *_TO_COMPUTE))
)
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏкмтвнАЕОРСУХІЈЅКМТВНαοερνικτυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhlkmtbhAEOPCYXIJSKMTBHaoepviktuABEZHIKMNOPTYX",
)
_DIGITS = str.maketrans("013457@$", "oieast" + "as")
_MIXED = re.compile(
    r"\b(?=[a-z0-9@$]{0,30}[a-z])(?=[a-z0-9@$]{0,30}[013457@$][a-z]|[a-z][0-9@$]{0,30}[013457@$])[a-z0-9@$]+", re.I
)
_APART = re.compile(r"(?<=\b\w)[ .*_\-](?=\w\b)")
_WITHIN = re.compile(r"(?<=\w)[-*_.·](?=\w)")
_KEY_WORDS = {
    (word[0], word[-1], "".join(sorted(word))): word
    for word in "ignore disregard forget previous instruction instructions prompt repeat answer assistant".split()
}
_ONE_LESS = {
    word[:at] + word[at + 1 :]: word
    for word in ("disregard", "previous", "instruction", "instructions", "assistant")
    for at in range(1, len(word))
}
_LONG_WORD = re.compile(r"[a-z]{6,12}")


@lru_cache(maxsize=512)
def is_addressed_to_ai(text: str) -> bool:
    """Whether a text tells a program that reads it what to do; kept, as many sentences are of one paragraph."""
    return any(form.search(view) for view in _views(text) for form in _FORMS)


def _views(text: str) -> tuple[str, ...]:
    """The text as it may be meant, in lower case: plain letters, parted words joined, marks between words as spaces."""
    plain = _plain_letters(text)
    joined = _WITHIN.sub("", _APART.sub("", plain))
    return tuple(_LONG_WORD.sub(_unmoved, one) for one in dict.fromkeys((plain, joined, _WITHIN.sub(" ", plain))))


def _plain_letters(text: str) -> str:
    bare = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return _MIXED.sub(lambda found: found[0].translate(_DIGITS), bare.translate(_LOOKALIKES).lower())


def _unmoved(found: re.Match[str]) -> str:
    """The key word that has the same letters between the same ends, or one more."""
    word = found[0]
    return _ONE_LESS.get(word) or _KEY_WORDS.get((word[0], word[-1], "".join(sorted(word))), word)
