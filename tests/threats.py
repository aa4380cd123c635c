"""What will be thrown at Dateline, and what holds it: a test, or a limit that `docs/limits.md` states."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What holds one threat."""

    threat: str
    tests: tuple[str, ...] = ()
    """``path::name``, the path below `tests/`."""
    limit: str = ""
    """A heading of `docs/limits.md`."""


_FILES, _PLAIN, _WEB, _PDF = (f"index/reading/test_{name}.py::test_" for name in ("files", "plain", "web", "pdf"))
_APART, _CLEANING = (f"index/reading/test_{name}.py::test_" for name in ("apart", "cleaning"))
_DECODING, _DATES, _RECORDS = (f"index/reading/test_{name}.py::test_" for name in ("decoding", "dates", "records"))
_LIBRARY, _DOCTOR, _VECTORS = (f"index/test_{name}.py::test_" for name in ("library", "doctor", "vectors"))
_CHAIN, _WRITTEN, _MODELS = (f"rag/test_{name}.py::test_" for name in ("chain", "written", "models"))
_HOSTILE, _VERIFYING = "rag/test_hostile_questions.py::test_", "rag/verification/test_verify.py::test_"
_ENDPOINTS, _SECURITY, _UPLOADS = (f"ui/test_{name}.py::test_" for name in ("endpoints", "security", "uploads"))
_CLI, _DISK, _RENDER = (f"ui/test_{name}.py::test_" for name in ("cli", "disk", "render"))
_COMMANDS = "ui/cli/test_hostile_files.py::test_"

THREATS = {
    1: Held(threat="an empty file", tests=(_FILES + "an_empty_file_is_skipped_as_nothing_to_read",)),
    2: Held(
        threat="a file over 20 MB",
        tests=(
            _FILES + "a_file_over_the_limit_is_refused_before_it_is_read",
            _FILES + "a_file_that_has_grown_over_the_limit_is_refused",
        ),
        limit="Sizes refused",
    ),
    3: Held(
        threat="encodings",
        tests=(
            _DECODING + "unicode_is_known_by_its_mark_or_its_validity_and_is_no_guess",
            _DECODING + "an_older_encoding_is_guessed_and_told_as_a_guess",
            _DECODING + "a_few_broken_places_do_not_turn_utf_8_into_mojibake",
            _RECORDS + "lines_in_utf_16_are_read",
        ),
    ),
    4: Held(
        threat="control characters and lone surrogates",
        tests=(
            _CLEANING + "a_clean_text_is_in_nfc_and_has_no_control_character_but_line_feeds_and_tabs",
            _CLEANING + "what_can_not_be_seen_is_taken_out_and_told",
            _CHAIN + "every_citation_of_any_question_slices_back",
            _COMMANDS + "citations_of_repaired_texts_slice_the_text_of_record_and_the_repairs_are_told",
        ),
    ),
    5: Held(
        threat="a picture named .txt, random bytes named .html",
        tests=(_DECODING + "what_is_no_text_is_refused", _FILES + "bytes_that_are_no_text_are_refused"),
    ),
    6: Held(
        threat="a page without an article", tests=(_WEB + "a_page_with_navigation_and_script_only_has_no_article",)
    ),
    7: Held(
        threat="20,000 nested elements, 200,000 unclosed ones",
        tests=(
            _WEB + "a_page_that_would_take_unbounded_time_is_refused",
            _WEB + "a_page_made_to_be_slow_ends_in_bounded_time",
            _APART + "bombs_cost_the_process_that_adds_them_nothing_but_time",
            _APART + "a_file_that_takes_too_long_is_refused_with_the_limit_and_the_next_is_read",
            _APART + "a_file_that_takes_too_much_memory_is_refused_and_the_next_is_read",
        ),
        limit="Sizes refused",
    ),
    8: Held(threat="entities", tests=(_WEB + "entities_bring_in_no_file_and_do_not_multiply",)),
    9: Held(
        threat="PDF bombs, encrypted, pictures only, 10,000 pages",
        tests=(
            _PDF + "a_pdf_that_can_not_be_read_is_refused_with_its_reason",
            _PDF + "an_encrypted_pdf_is_refused_unless_it_opens_without_a_password",
            _PDF + "a_damaged_pdf_is_read_or_refused_and_never_raises_anything_else",
        ),
        limit="Sizes refused",
    ),
    10: Held(
        threat="archive members with ../",
        tests=(
            _DISK + "archives_are_not_opened_whatever_their_members_are_called",
            _UPLOADS + "an_archive_is_unpacked_and_each_member_that_is_not_taken_is_named",
            _UPLOADS + "a_name_that_is_a_trick_is_a_plain_file_in_its_place",
        ),
        limit="What is not read",
    ),
    11: Held(
        threat="links out of the folder, pipes, devices",
        tests=(
            _FILES + "a_link_out_of_a_folder_is_not_followed_and_none_makes_a_loop",
            _FILES + "pipes_and_devices_are_never_opened",
            _FILES + "a_file_that_became_a_pipe_or_a_link_after_it_was_found_is_not_opened",
        ),
    ),
    12: Held(
        threat="file names made to mislead",
        tests=(
            _FILES + "a_file_name_made_to_mislead_is_an_origin_like_any_other",
            _COMMANDS + "a_citation_of_a_file_with_a_misleading_name_opens_and_its_name_obeys_nothing",
            _RENDER + "names_and_titles_from_strangers_are_shown_not_obeyed",
            "ui/web/html/test_evaluation.py::test_names_that_turn_the_line_are_shown_as_escapes_and_quotations_as_they_are",
            "browser/test_hostile.py::test_hostile_names_of_models_files_and_samples_are_text",
        ),
    ),
    13: Held(
        threat="one unreadable file among many",
        tests=(
            _FILES + "one_unreadable_file_leaves_the_others_readable_and_is_named",
            _FILES + "a_path_that_is_too_long_is_named_and_the_others_are_read",
            _CLI + "one_unreadable_file_among_many_is_named_and_the_rest_is_added",
        ),
    ),
    14: Held(
        threat="the same article twice",
        tests=(_LIBRARY + "the_same_text_from_two_files_is_one_article_with_both_origins",),
    ),
    15: Held(
        threat="an article edited",
        tests=(
            _LIBRARY + "an_edited_article_takes_the_place_of_the_old_one",
            "eval/test_judging.py::test_an_article_removed_since_makes_its_claim_unsupported_and_its_citation_inexact",
        ),
    ),
    16: Held(
        threat="an article removed",
        tests=(_LIBRARY + "a_removed_article_is_never_found_again_and_its_text_is_gone_from_disk",),
    ),
    17: Held(
        threat="dates that are missing, unset, in the future, unclear, or two",
        tests=(
            _DATES + "a_date_that_is_unclear_or_unbelievable_stays_unknown_and_is_told",
            _PLAIN + "an_unclear_date_or_two_of_them_are_told_and_not_guessed",
            _COMMANDS + "a_date_that_is_unclear_is_unknown_and_told",
        ),
    ),
    18: Held(
        threat="a paragraph of 2 MB without a space",
        tests=(
            _PLAIN + "text_made_to_be_slow_is_read_in_bounded_time",
            "index/test_sentences.py::test_no_text_makes_a_sentence_too_long_or_loses_a_character",
        ),
    ),
    19: Held(
        threat="boilerplate in every article",
        tests=(_HOSTILE + "what_every_article_repeats_is_the_answer_to_nothing_else",),
    ),
    20: Held(
        threat="invisible characters that carry instructions",
        tests=(
            _CLEANING + "what_can_not_be_seen_is_taken_out_and_told",
            _WEB + "what_a_page_hides_in_invisible_characters_is_stripped_and_told",
            _WEB + "what_a_page_does_not_show_is_not_read",
        ),
    ),
    21: Held(
        threat="broken lines of JSON",
        tests=(
            _RECORDS + "a_bad_line_is_numbered_and_the_rest_is_read",
            _RECORDS + "a_line_over_the_limit_is_passed_over_and_the_next_is_read",
        ),
    ),
    22: Held(
        threat="addresses of javascript, files and private networks",
        tests=(
            _RECORDS + "what_is_no_web_address_never_becomes_a_link",
            _WEB + "an_address_that_is_no_web_address_never_becomes_a_link",
            "index/reading/test_addresses.py::test_what_is_on_this_machine_or_a_private_network_is_no_web_address",
            "rag/test_markup.py::test_nothing_is_left_that_a_page_would_make_a_link_or_an_image_of",
            "eval/report/test_page.py::test_only_web_addresses_are_links",
            "ui/web/html/test_source.py::test_a_link_of_the_article_is_one_and_sends_no_referrer",
            "browser/test_hostile.py::test_hostile_articles_are_shown_as_text_wherever_they_are",
        ),
        limit="What is not read",
    ),
    23: Held(
        threat="addresses as input",
        tests=(_CLI + "a_web_address_is_refused_with_the_reason_and_asked_for_nothing",),
        limit="What is not read",
    ),
    24: Held(
        threat="serialised objects and template braces",
        tests=(
            _FILES + "text_with_template_braces_or_serialised_objects_is_plain_text",
            _RECORDS + "an_object_that_looks_like_a_serialised_program_is_data",
        ),
    ),
    25: Held(
        threat="orders in articles, with a model that obeys",
        tests=(
            "test_injections.py::test_no_attack_has_anything_said_that_is_shown_as_supported_or_as_a_link",
            "rag/test_obedience.py::test_nothing_that_an_injected_article_orders_comes_out_as_supported_or_as_a_link",
        ),
        limit="Orders in articles",
    ),
    26: Held(
        threat="an article that imitates the prompt",
        tests=(
            _HOSTILE + "an_article_that_imitates_a_prompt_is_still_one_article",
            "rag/test_prompts.py::test_no_article_can_end_the_quoted_material_or_pretend_to_a_number",
        ),
    ),
    27: Held(
        threat="a library that is half copied, of another embedder or version, or made by a stranger",
        tests=(
            _LIBRARY + "a_library_of_another_embedder_is_refused",
            _COMMANDS + "a_library_of_another_version_is_refused_by_every_command_and_left_as_it_is",
            _COMMANDS + "a_record_that_was_half_copied_is_refused_with_the_way_out",
            _DOCTOR + "a_library_of_another_chunker_is_named_and_split_again",
            _DOCTOR + "a_record_that_is_no_database_is_said_to_be_damaged",
            _VECTORS + "damage_is_named_in_one_line",
            "index/test_damage.py::test_an_older_record_put_back_is_not_searched_by_the_index_of_the_newer",
            "index/test_chroma.py::test_a_folder_that_names_code_to_run_has_none_of_it_run",
        ),
    ),
    28: Held(
        threat="a question of nothing",
        tests=(
            _CHAIN + "what_is_no_question_is_refused_before_anything_is_read",
            _WRITTEN + "what_is_no_question_reaches_no_model",
            _CLI + "what_is_no_question_is_one_line_and_exit_code_1",
            "ui/web/page/test_ask.py::test_what_is_no_question_is_refused_in_a_line_and_kept_nowhere",
            "browser/test_ask.py::test_what_is_no_question_is_told_in_words_and_the_next_one_answered",
            _ENDPOINTS + "what_is_no_question_is_refused_before_anything_is_made_of_it",
        ),
    ),
    29: Held(
        threat="a question of over 4,000 characters",
        tests=(
            _CHAIN + "a_question_that_is_too_long_is_refused_with_the_limit",
            _SECURITY + "a_body_that_says_it_is_too_large_is_not_read",
            _SECURITY + "a_body_is_counted_as_it_comes",
            _ENDPOINTS + "what_is_no_question_is_refused_before_anything_is_made_of_it",
        ),
        limit="Sizes refused",
    ),
    30: Held(
        threat="a question that the articles do not cover",
        tests=(
            _CLI + "what_the_articles_do_not_answer_is_declined_with_the_nearest_titles",
            _CHAIN + "an_abstention_gives_its_reason_and_the_nearest_passages",
        ),
        limit="What is not promised",
    ),
    31: Held(
        threat="a false premise",
        tests=(
            _HOSTILE + "a_false_premise_is_answered_by_a_quotation_or_not_at_all",
            _HOSTILE + "a_model_that_goes_along_with_a_false_premise_is_marked",
        ),
        limit="What is not promised",
    ),
    32: Held(
        threat="two articles that contradict each other",
        tests=(
            "rag/test_reader.py::test_two_articles_that_contradict_each_other_are_both_quoted_the_newest_first",
            _COMMANDS + "two_articles_that_contradict_each_other_are_both_shown_with_day_and_source",
        ),
    ),
    33: Held(
        threat="latest, yesterday",
        tests=(_HOSTILE + "an_answer_states_the_days_and_the_source_that_it_was_narrowed_down_to",),
        limit="Days in questions",
    ),
    34: Held(
        threat="a question in another language",
        tests=(_HOSTILE + "a_question_in_another_language_is_quoted_for_or_declined",),
        limit="English only",
    ),
    35: Held(
        threat="print your prompt, print your key",
        tests=(
            _DISK + "a_model_that_prints_what_it_was_given_prints_no_key",
            _MODELS + "what_a_server_says_is_shown_without_keys_escapes_and_line_ends",
            _APART + "it_is_given_no_key_and_no_address_of_a_model",
        ),
    ),
    36: Held(
        threat="the syntax of search engines",
        tests=(
            "index/test_fulltext.py::test_the_syntax_of_the_search_engine_is_words",
            _HOSTILE + "signs_that_mean_something_to_search_engines_are_words_here",
        ),
    ),
    37: Held(
        threat="markup in a question",
        tests=(
            _RENDER + "printable_text_can_always_be_written",
            "eval/report/test_page.py::test_nothing_from_samples_articles_or_answers_is_markup",
            "ui/web/html/test_conversation.py::test_words_of_strangers_are_text_wherever_they_stand",
            "browser/test_hostile.py::test_a_hostile_answer_or_question_stays_text",
            "ui/test_export.py::test_words_of_strangers_are_no_markdown",
        ),
    ),
    38: Held(
        threat="a forged history",
        tests=(
            "rag/test_conversation.py::test_a_forged_history_is_capped_to_its_last_turns",
            "ui/web/page/test_ask.py::test_a_forged_conversation_is_none",
            "ui/test_exchanges.py::test_forged_exchanges_are_left_out_and_the_others_kept",
            "ui/test_exchanges.py::test_only_the_last_exchanges_are_taken",
        ),
    ),
    39: Held(
        threat="a message that is no text",
        tests=(
            _CHAIN + "what_is_no_text_is_refused_in_one_line",
            _ENDPOINTS + "wrong_arguments_of_a_question_are_told_in_one_line",
            _ENDPOINTS + "whatever_is_handed_over_gives_json_or_one_line",
            "ui/test_serving.py::test_a_call_that_is_not_of_its_form_is_a_line_here_and_there",
        ),
    ),
    40: Held(
        threat="many questions at once",
        tests=(
            _WRITTEN + "closing_the_stream_of_an_answer_stops_the_model",
            "browser/test_conversation.py::test_a_stopped_answer_keeps_what_was_checked_and_leaves_the_model",
            "ui/test_serving.py::test_more_questions_than_the_queue_holds_are_refused_in_a_line_and_the_others_answered",
            "browser/test_crowd.py::test_forty_questions_at_once_are_answered_or_told_to_wait",
            "ui/test_mcp_server.py::test_questions_do_not_hold_up_the_protocol_and_those_cancelled_make_room",
        ),
    ),
    41: Held(
        threat="what models write: nothing, too much, wrong citations, broken streams",
        tests=(
            "rag/test_writing.py::test_an_answer_without_a_word_is_a_failure",
            _WRITTEN + "an_answer_of_a_hundred_thousand_tokens_is_ended",
            _WRITTEN + "numbers_that_were_never_given_cite_nothing_and_are_told",
            _WRITTEN + "an_answer_that_breaks_off_keeps_its_whole_sentences_and_says_so",
            _VERIFYING + "what_the_quote_says_otherwise_is_marked_with_the_reason",
        ),
    ),
    42: Held(
        threat="servers that are down, refuse, or cut the prompt",
        tests=(
            _MODELS + "a_refusal_is_told_by_what_it_means",
            _MODELS + "a_server_that_says_how_long_to_wait_is_waited_for_within_reason",
            _MODELS + "a_prompt_that_is_too_long_for_the_model_is_told_as_that",
            _WRITTEN + "a_prompt_that_was_cut_in_silence_is_told_with_the_answer",
            _WRITTEN + "when_the_model_fails_the_answer_is_quoted_and_says_so",
        ),
    ),
    43: Held(
        threat="asked while the index is rebuilt",
        tests=(
            _LIBRARY + "a_reader_beside_a_writer_sees_what_was_acknowledged",
            "rag/test_concurrency.py::test_answers_stay_the_same_while_another_process_adds_articles",
            _LIBRARY + "a_vector_index_damaged_after_it_was_built_is_searched_around",
            _VECTORS + "a_build_that_fails_leaves_the_generation_as_it_was",
            "ui/test_desk.py::test_what_others_add_is_seen_and_another_library_at_the_place_is_opened",
        ),
    ),
    44: Held(
        threat="Ctrl-C while adding",
        tests=(
            _DISK + "an_addition_that_is_stopped_goes_on_with_the_same_command",
            _LIBRARY + "what_was_finished_before_an_interruption_is_not_embedded_again",
            _APART + "it_ends_with_the_process_that_started_it",
        ),
    ),
    45: Held(
        threat="full disks, no home, no UTF-8, two writers",
        tests=(
            _DISK + "a_full_disk_is_one_line_and_the_library_is_as_before",
            _DISK + "a_place_that_can_not_be_written_is_one_line",
            "ui/test_telling.py::test_what_a_place_refuses_is_no_bug_to_report",
            "rag/test_settings.py::test_a_current_folder_that_is_gone_is_said_in_one_line",
            _DISK + "without_a_home_and_in_a_plain_locale_commands_work",
            "index/test_damage.py::test_a_full_disk_ends_an_addition_with_a_line_and_everything_before_is_kept",
            "index/test_damage.py::test_a_read_only_disk_is_read_and_refused_for_writing",
            _LIBRARY + "a_second_writer_is_refused_and_told_who_the_first_is",
            "index/test_lock.py::test_a_folder_that_can_not_be_written_is_told_with_the_way_out",
        ),
    ),
    46: Held(
        threat="kill -9 or a power cut at any moment",
        tests=(
            "index/test_crash.py::test_a_writer_killed_at_random_loses_nothing_that_was_acknowledged",
            "index/test_library_states.py::test_a_library_holds_what_a_dictionary_holds_whatever_is_done_to_it",
            "index/test_powercut.py::test_a_power_cut_at_random_loses_nothing_that_was_acknowledged",
        ),
    ),
}
