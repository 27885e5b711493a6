"""What the replies and values of the conversations are called, and how each is told in a turn.

A reply is known by what our skills or the framework say, or by what waits after the turn. One is
never said by us: “can I do something else?” counts where nothing waits any more.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.labelled.judging import Said

Place = int | None
"""Where in a turn's text a reply begins; None where it is not there."""

Told = Callable[[Said], Place]


def says(*parts: str) -> Told:
    """Tell a reply by a part of its text."""

    def told(said: Said) -> Place:
        text = said.turn.reply.text
        return min((text.index(part) for part in parts if part in text), default=None)

    return told


def asks(slot: str) -> Told:
    """Tell a question by the value that is waited for, where the question is put and no other."""

    def told(said: Said) -> Place:
        waits = said.waits
        if waits is None or waits.slot is None or waits.instead:
            return None
        there = f"{waits.then}.{waits.slot}" == slot
        place = said.turn.reply.text.rfind(waits.question)
        return place if there and place >= 0 else None

    return told


def clarifies(said: Said) -> Place:
    """Tell the question which of a few requests is meant; of one alone it is none."""
    waits = said.waits is not None and said.waits.offers
    return 0 if waits and len(said.turn.understanding.offered) > 1 else None


def is_over(said: Said) -> Place:
    """Tell that nothing waits any more, where another assistant would ask what else it can do."""
    return len(said.turn.reply.text) if said.waits is None else None


VALUES = {
    "transfer_money_recipient": "bank.transfer.recipient",
    "transfer_money_amount_of_money": "bank.transfer.amount",
    "transfer_money_final_confirmation": "bank.transfer.sure",
    "add_contact_handle": "contacts.add.handle",
    "add_contact_name": "contacts.add.name",
    "add_contact_confirmation": "contacts.add.sure",
    "remove_contact_handle": "contacts.remove.handle",
    "remove_contact_confirmation": "contacts.remove.sure",
    "book_restaurant_name_of_restaurant": "restaurant.book.name",
    "book_restaurant_number_of_people": "restaurant.book.people",
    "book_restaurant_date": "restaurant.book.day",
    "book_restaurant_time": "restaurant.book.at",
    "book_restaurant_is_date_flexible": "restaurant.book.flexible",
    "book_restaurant_reservation_name": "restaurant.book.guest",
    "book_restaurant_confirmation": "restaurant.book.sure",
    "recurrent_payment_type": "payments.recurring.kind",
    "recurrent_payment_recipient": "payments.recurring.recipient",
    "recurrent_payment_amount_of_money": "payments.recurring.amount",
    "recurrent_payment_frequency": "payments.recurring.frequency",
    "recurrent_payment_start_date": "payments.recurring.start",
    "recurrent_payment_end_date": "payments.recurring.end",
    "recurrent_payment_confirmation": "payments.recurring.sure",
    "verify_account_email": "account.verify.email",
    "based_in_california": "account.verify.california",
    "verify_account_sufficient_california_income": "account.verify.income",
    "verify_account_confirmation": "account.verify.sure",
    "confirm_correct_card": "account.replace_card.mine",
    "replacement_reason": "account.replace_card.reason",
    "was_card_used_fraudulently": "account.replace_card.fraud",
}
"""Each value, and the slot of ours it is: ``skill.function.slot``."""

REPLIES: dict[str, Told] = {
    **{f"utter_ask_{name}": asks(slot) for name, slot in VALUES.items()},
    "utter_transfer_money_insufficient_funds": says("The account has not that much."),
    "utter_transfer_complete": says("Successfully transferred "),
    "utter_transfer_cancelled": says("Then nothing is sent."),
    "utter_transfer_failed": says("That transfer failed."),
    "utter_current_balance": says(" is left on your account."),
    "utter_transactions": says("Your transactions:"),
    "utter_list_contacts": says("Your contacts:"),
    "utter_no_contacts": says("You have no contacts."),
    "utter_contact_added": says(" is a contact now."),
    "utter_contact_already_exists": says(" is one of your contacts already."),
    "utter_add_contact_cancelled": says("Then nobody is added."),
    "utter_remove_contact_success": says(" is removed from your contacts."),
    "utter_contact_not_in_list": says(" is none of your contacts."),
    "utter_remove_contact_cancelled": says("Then all contacts stay."),
    "utter_restaurant_available": says(" has a table then."),
    "utter_restaurant_not_available": says(" is full then."),
    "utter_ask_book_restaurant_alternative_dummy": says("ow about "),
    "utter_confirm_restaurant_booking": says(" is booked."),
    "utter_cancel_book_restaurant": says("Then no table is booked."),
    "utter_hotel_inform_rating": says("has an average rating of"),
    "utter_payment_complete": says("Your payment is set up."),
    "utter_payment_cancelled": says("Then no payment is set up."),
    "utter_categorical_slot_rejection": says("That is none of the choices"),
    "utter_invalid_date": says("That date will not do"),
    "utter_invalid_recurrent_payment_end_date": says("That end will not do"),
    "utter_verify_account_success": says("Your account is verified."),
    "utter_verify_account_cancelled": says("Then I stop here."),
    "utter_ca_income_insufficient": says("Then your limits cannot be raised."),
    "utter_relevant_card_not_linked": says("No such card is linked here."),
    "utter_will_cancel_and_send_new": says("The old card is blocked"),
    "utter_new_card_has_been_ordered": says("The new card is ordered"),
    "utter_report_fraud": says("report that on the disputes page"),
    "utter_cant_advice_on_health": says("I can give no advice on health"),
    "utter_free_transfers": says("Transfers to friends and family are free."),
    "utter_domestic_transfers_only": says("Only inside the country"),
    "utter_contact_handle_info": says("A handle is a unique name"),
    "utter_california_compliance": says("State law there asks"),
    "utter_take_your_time": says("Take your time."),
    "utter_greet": says("Good morning", "Good afternoon", "Good evening", "Hello"),
    "utter_goodbye": says("Goodbye."),
    "utter_ask_confirm_slot_correction": says("Change the "),
    "utter_corrected_previous_input": says("Changed"),
    "utter_not_corrected_previous_input": says("It stays as it was."),
    "utter_flow_cancelled_rasa": says("OK, never mind."),
    "utter_flow_continue_interrupted": says("Back to “"),
    "utter_can_do_something_else": is_over,
    "utter_clarification_options_rasa": clarifies,
    "utter_skip_question_answer": says("I need that one."),
}
"""Each reply, and where in a turn it is."""

UNASKED = ("utter_can_do_something_else", "utter_flow_continue_interrupted")
"""Replies that do no harm where nobody expects them."""
