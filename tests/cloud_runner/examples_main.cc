// SPDX-License-Identifier: Apache-2.0
//
// The functions of the examples' tests, to be served by the local server.
#include "examples/approval.h"
#include "examples/billing.h"
#include "examples/data_export.h"
#include "examples/hello_world.h"
#include "examples/order_processing.h"
#include "examples/sealed_card.h"
#include "examples/seat_booking.h"
#include "examples/thumbnails.h"
#include "examples/tour.h"
#include "examples/trial.h"
#include "examples/trip_offer.h"
#include "examples/voucher.h"

#include <durable/lambda.h>

int main(int argc, char** argv) {
  durable::lambda::Functions functions;
  functions.add("approval", examples::approve_expense)
      .add("billing", examples::write_invoice)
      .add("billing-client", examples::complete_purchase)
      .add("data-export", examples::export_table)
      .add("hello-world", examples::hello_world)
      .add("order-processing", examples::process_order)
      .add("sealed-card", examples::show_card)
      .add("seat-booking", examples::book_seat)
      .add("thumbnails", examples::make_thumbnails)
      .add("tour", examples::drive_tour)
      .add("trial", examples::run_trial)
      .add("trip-offer", examples::offer_trip)
      .add("voucher", examples::give_voucher);
  return functions.run(argc, argv);
}
