// SPDX-License-Identifier: Apache-2.0
//
// How DURABLE_TEST makes a runner of cloud mode, in programs that have it.
#include <durable/testing/cloud_runner.h>

extern "C" durable::DurableTestRunner* durable_make_cloud_runner(
    const std::string* function_name, const durable::CloudRunnerOptions* options) {
  return new durable::DurableFunctionCloudTestRunner(*function_name, *options);
}
