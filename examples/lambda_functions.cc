// SPDX-License-Identifier: Apache-2.0
//
// All example functions in one program for Lambda. The property Handler of each Lambda function
// says which one it runs.
#include "approval.h"
#include "billing.h"
#include "card_charge.h"
#include "data_export.h"
#include "hello_world.h"
#include "order_processing.h"
#include "price_quotes.h"
#include "readme_order.h"
#include "sealed_card.h"
#include "seat_booking.h"
#include "thumbnails.h"
#include "tour.h"
#include "trial.h"
#include "trip_booking.h"
#include "trip_offer.h"
#include "voucher.h"

#include <durable/lambda.h>

#include <string>

namespace {

struct Shout {
  std::string text;
};

/// A function that is not durable: one event, one answer.
std::string shout(const Shout& event, const durable::lambda::PlainContext& context) {
  context.log(durable::LogLevel::info, "shouting", {{"size", event.text.size()}});
  return event.text + "!";
}

}  // namespace

int main(int argc, char** argv) {
  durable::lambda::Functions functions;
  functions.add("approval", examples::approve_expense);
  functions.add("billing", examples::write_invoice);
  functions.add("billing_client", examples::complete_purchase);
  functions.add("card_charge", examples::charge_card_in_sandbox);
  functions.add("data_export", examples::export_table);
  functions.add("hello_world", examples::hello_world);
  functions.add("order_processing", examples::process_order);
  functions.add("price_quotes", examples::cheapest_quote);
  functions.add("process_order", process_order);
  functions.add("sealed_card", examples::show_card);
  functions.add("seat_booking", examples::book_seat);
  functions.add("thumbnails", examples::make_thumbnails);
  functions.add("tour", examples::drive_tour);
  functions.add("trial", examples::run_trial);
  functions.add("trip_booking", examples::book_trip_in_sandbox);
  functions.add("trip_offer", examples::offer_trip);
  functions.add("voucher", examples::give_voucher);
  functions.add_plain("shout", shout);
  return functions.run(argc, argv);
}
