// inflight: the I/O that was under way, and for how long.
#include <algorithm>

#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "base/text.h"
#include "vmcore/block_devices.h"

namespace inquest::app {
namespace {

using vmcore::BlockDevice;
using vmcore::BlockRequest;
using vmcore::RequestState;

std::string seconds(const std::optional<int64_t>& ns) {
  return ns ? fmt::format("{:.3f} s", static_cast<double>(*ns) / 1e9) : "?";
}

std::string request_text(const BlockRequest& one) {
  std::string out = fmt::format(
      "  {:016x}  {:>11}  {:>11}  {:<9}  {:<12}  {:>12}  {:>9}  {:>5}  {:>5}", one.address.value, seconds(one.age_ns),
      one.issued_age_ns ? seconds(one.issued_age_ns) : "-", request_state_words(one.state), one.operation, one.sector,
      one.bytes, one.queue, one.tag < 0 ? "-" : fmt::format("{}", one.tag));
  if (!one.partition.empty()) out += "  " + printable(one.partition);
  if (one.timeout_in_ns) {
    out += *one.timeout_in_ns >= 0 ? fmt::format(" (times out in {})", seconds(one.timeout_in_ns))
                                   : fmt::format(" (timed out {} ago)", seconds(-*one.timeout_in_ns));
  }
  return out + "\n";
}

// "vda: 3 requests, 2 in flight; the oldest has waited for 35.200 s"
std::string heading(const BlockDevice& device) {
  std::string out = printable(device.name);
  if (device.requests.empty()) {
    return out + fmt::format(": {} reads and {} writes in flight, which have no requests of their own\n",
                             device.reads_in_flight, device.writes_in_flight);
  }
  const auto flying = std::ranges::count(device.requests, RequestState::InFlight, &BlockRequest::state);
  out += fmt::format(": {}, {} with the driver", counted(device.requests.size(), "request"), flying);
  if (device.requests.front().age_ns) {
    out += fmt::format("; the oldest is {} old", seconds(device.requests.front().age_ns));
  }
  if (device.frozen) out += "; the queue is frozen";
  if (device.quiesced) out += "; the queue is quiesced";
  return out + "\n";
}

std::string request_json(const BlockRequest& one) {
  JsonObject out;
  const auto time = [&](std::string_view name, const std::optional<int64_t>& ns) {
    if (ns) {
      out.seconds(name, *ns);
    } else {
      out.raw(name, "null");
    }
  };
  out.add("address", one.address).add("state", vmcore::request_state_words(one.state)).add("operation", one.operation);
  time("age", one.age_ns);
  time("issued_age", one.issued_age_ns);
  time("timeout_in", one.timeout_in_ns);
  return out.add("sector", one.sector)
      .add("bytes", one.bytes)
      .add("queue", one.queue)
      .add("tag", one.tag)
      .add("partition", one.partition)
      .text();
}

std::string device_json(const BlockDevice& one) {
  return JsonObject()
      .add("name", one.name)
      .add("frozen", one.frozen)
      .add("quiesced", one.quiesced)
      .add("reads_in_flight", one.reads_in_flight)
      .add("writes_in_flight", one.writes_in_flight)
      .raw("requests", json_array(one.requests, request_json))
      .text();
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  vmcore::BlockDevices found = vmcore::read_block_devices(session.kernel);
  for (const std::string& word : words) {
    if (std::ranges::find(found.devices, word, &BlockDevice::name) == found.devices.end()) {
      found.problems.push_back("no disk is named " + printable(word));
    }
  }
  std::erase_if(found.devices, [&](const BlockDevice& one) {
    return !words.empty() && std::ranges::find(words, one.name) == words.end();
  });
  CoreAnswer out;
  out.problems = std::move(found.problems);
  if (session.json) {
    out.text = JsonObject().raw("devices", json_array(found.devices, device_json)).text() + "\n";
    add_kernel_problems(session.kernel, out);
    return out;
  }
  size_t idle = 0;
  for (const BlockDevice& device : found.devices) {
    if (device.requests.empty() && device.reads_in_flight == 0 && device.writes_in_flight == 0) {
      ++idle;
      continue;
    }
    out.text += heading(device);
    if (device.requests.empty()) continue;
    out.text += fmt::format("  {:<16}  {:>11}  {:>11}  {:<9}  {:<12}  {:>12}  {:>9}  {:>5}  {:>5}  {}\n", "REQUEST",
                            "AGE", "AT DRIVER", "STATE", "OPERATION", "SECTOR", "BYTES", "QUEUE", "TAG", "ON");
    for (const BlockRequest& one : device.requests) out.text += request_text(one);
  }
  if (found.devices.empty()) {
    out.text += "no disks\n";
  } else if (idle != 0) {
    out.text += fmt::format("{} with nothing under way\n", counted(idle, "disk"));
  }
  add_kernel_problems(session.kernel, out);
  return out;
}

}  // namespace

extern const CoreCommand inflight_core_command;
const CoreCommand inflight_core_command = {.name = "inflight",
                                           .other_names = "",
                                           .synopsis = "inflight [DISK]...",
                                           .summary = "I/O that was under way on each disk, the oldest first",
                                           .run = run};

}  // namespace inquest::app
